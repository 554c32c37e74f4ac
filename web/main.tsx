// Starts the studio's page.
import { render } from 'preact'
import { App } from './app.tsx'

render(<App />, document.querySelector('#page') as HTMLElement)
