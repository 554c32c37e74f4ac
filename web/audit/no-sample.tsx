// What to do where there is no sample to judge.
import { shellWord } from '../../src/base/strings.ts'
import { Copy } from '../parts/copy.tsx'
import { Nothing } from '../parts/states.tsx'

export function NoSample({ path }: { path: string }) {
  return (
    <Nothing title="There is no sample to judge yet.">
      <p>This draws one, for two people to judge. Reload the page then.</p>
      <Copy text={`npx winnow audit sample ${shellWord(path)} --n 200 --assessors anna,ben`} />
    </Nothing>
  )
}
