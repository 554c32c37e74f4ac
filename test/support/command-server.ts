// Runs command lines one after another, each as if the process had just been started for it: see run-winnow.ts.
import { main } from '../../src/main.ts'

export interface Order {
  args: string[]
  env: Record<string, string>
  cwd: string
  /** Written to both streams once the command has ended. */
  end: string
}

process.on('disconnect', () => process.exit())
process.on('message', (order: Order) => void serve(order))

async function serve({ args, env, cwd, end }: Order): Promise<void> {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name]
  Object.assign(process.env, env)
  process.chdir(cwd)
  process.exitCode = undefined
  await main(args)
  const code = process.exitCode
  process.exitCode = undefined
  // What `main` listens to until its process ends.
  process.removeAllListeners('uncaughtException')
  process.stdout.removeAllListeners('error')
  for (const stream of [process.stdout, process.stderr]) stream.write(end)
  process.send?.(code)
}
