// What to do where there is no sample to judge.
import { Copy } from '../parts/copy.tsx'
import { Nothing } from '../parts/states.tsx'

export function NoSample({ file }: { file: string }) {
  return (
    <Nothing title="There is no sample to judge yet.">
      <p>This draws one, for two people to judge. Reload the page then.</p>
      <Copy text={`npx winnow audit sample ${file} --n 200 --assessors anna,ben`} />
    </Nothing>
  )
}
