// What winnow batch says where no job is to be shown.
import { expect, test } from 'vitest'
import { jobsPage } from './page.ts'

test('no job to show is not the same as no job', () => {
  expect(jobsPage('l.db', [])).toEqual(['no batch jobs in l.db'])
  expect(jobsPage('l.db', [], 1)).toEqual(['no open batch jobs in l.db; --all shows the one that is done'])
  expect(jobsPage('l.db', [], 1200)).toEqual(['no open batch jobs in l.db; --all shows the 1,200 that are done'])
})
