'use strict'
// The exact tables of a report, counted from its openings: report.md, "The four tables".

const { demand } = require('./bytes.js')

const PROCESSES = {
  subpoena: 'Subpoena',
  court_order_2703d: 'Court order, 2703(d)',
  search_warrant: 'Search warrant',
  emergency_request: 'Emergency',
  foreign_request: 'Foreign paper',
  interception_order: 'Order to intercept',
  other_paper: 'Other paper',
}
const PRESERVATION = 'preservation_request'
const OUTCOMES = {
  disclosed_as_asked: 'Left as asked',
  disclosed_narrowed: 'After narrowing',
  none_held: 'None held',
  refused: 'Refused',
  redirected: 'Sent elsewhere',
  withdrawn: 'Withdrawn',
  pending: 'Pending',
}
const TOLD = {
  before: 'Before data left',
  after: 'Afterwards',
  prohibited: 'Forbidden by an order',
  exception: 'Exception, named',
}

const left = ({ outcome }) => outcome === 'disclosed_as_asked' || outcome === 'disclosed_narrowed'

const checkOpening = (one) => {
  const { process, country, outcome, told } = one
  demand(Object.hasOwn(PROCESSES, process) || process === PRESERVATION, 'no kind of paper that is counted')
  demand(typeof country === 'string' && /^[A-Z]{2}$/.test(country), 'a country has two capital letters')
  demand(Object.hasOwn(OUTCOMES, outcome) || outcome === 'preserved', 'no outcome')
  demand(Object.hasOwn(TOLD, told) || told === 'none_due', 'no answer about notice')
  const entity = one.entity ?? 'none'
  demand(typeof entity === 'string' && /^[a-z0-9][a-z0-9-]{0,63}$/.test(entity), 'no id of a company served')
  demand(!left(one) || (told !== 'none_due' && process !== PRESERVATION), 'data left, and rules 8 and 10 do not hold')
}

const table = (code, title, columns, rows) => {
  const keys = Object.keys(columns)
  const total = Object.fromEntries(keys.map((key) => [key, rows.reduce((sum, row) => sum + row[key], 0)]))
  return { code, title, columns: keys.map((key) => ({ key, label: columns[key] })), rows, total }
}

const byProcess = (asked) => {
  const rows = Object.entries(PROCESSES).map(([key, label]) => {
    const these = asked.filter((one) => one.process === key)
    const counts = Object.keys(OUTCOMES).map((outcome) => [outcome, these.filter((one) => one.outcome === outcome).length])
    demand(counts.reduce((sum, [, count]) => sum + count, 0) === these.length, 'the outcomes do not add up')
    return { key, label, received: these.length, ...Object.fromEntries(counts) }
  })
  return table('by-process', 'By kind of paper', { received: 'Received', ...OUTCOMES }, rows)
}

const apart = (asked, member, code, title) => {
  const rows = [...new Set(asked.map((one) => one[member]))].map((key) => {
    const these = asked.filter((one) => one[member] === key)
    const gone = these.filter(left).length
    const refused = these.filter((one) => one.outcome === 'refused').length
    return { key, label: key, received: these.length, data_left: gone, refused, other: these.length - gone - refused }
  })
  rows.sort((one, two) => two.received - one.received || (one.key < two.key ? -1 : 1))
  const columns = { received: 'Received', data_left: 'Data left', refused: 'Refused', other: 'Otherwise nothing left' }
  return table(code, title, columns, rows)
}

const notices = (asked) => {
  const these = asked.filter(left)
  const counts = Object.keys(TOLD).map((told) => [told, these.filter((one) => one.told === told).length])
  const row = { key: 'data_left', label: 'Times data left', ...Object.fromEntries(counts), all: these.length }
  return table('notices', 'How customers were told', { ...TOLD, all: 'All' }, [row])
}

const preservation = (letters) => {
  const countries = [...new Set(letters.map((one) => one.country))].sort()
  const rows = countries.map((key) => ({ key, label: key, received: letters.filter((one) => one.country === key).length }))
  return table('preservation', 'Preservation letters', { received: 'Received' }, rows)
}

const tablesOf = (openings) => {
  openings.forEach(checkOpening)
  const asked = openings.filter((one) => one.process !== PRESERVATION)
  const letters = openings.filter((one) => one.process === PRESERVATION)
  const served = openings.filter((one) => Object.hasOwn(one, 'entity')).length
  demand(served === 0 || served === openings.length, 'some openings name a company served and some do not')
  const tables = [byProcess(asked), apart(asked, 'country', 'by-country', 'By country'), notices(asked), preservation(letters)]
  return served ? [...tables, apart(asked, 'entity', 'by-entity', 'By company served')] : tables
}

const csvOf = ({ columns, rows, total }) => {
  const keys = columns.map((column) => column.key)
  const lines = [['key', ...keys], ...rows.map((row) => [row.key, ...keys.map((key) => row[key])])]
  lines.push(['total', ...keys.map((key) => total[key])])
  return Buffer.from(lines.map((line) => `${line.join(',')}\r\n`).join(''))
}

module.exports = { tablesOf, csvOf }
