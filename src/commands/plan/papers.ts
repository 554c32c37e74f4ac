export const papers = async (_o: unknown, _h: unknown) => ({})
export const papersPage = (_r: unknown, _s: unknown) => ['']
