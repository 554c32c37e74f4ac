// Starts the studio's page.
import { render } from 'preact'
import { App } from './app.tsx'
import { guardTexts } from './plain.ts'

guardTexts()
render(<App />, document.querySelector('#page') as HTMLElement)
