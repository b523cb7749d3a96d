'use strict'
// The CSV view of records: package.md, section 2. It is made again from the records and compared, byte for byte.

const { demand } = require('./bytes.js')
const { isInstant } = require('./instants.js')

const RUNS = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20']/
const PHONE = /^\+[1-9][0-9]{6,14}$/

const words = (value) => {
  demand(typeof value === 'string', 'a text column holds something else')
  return value === '' || RUNS.test(value) ? `'${value}` : value
}

const cells = {
  text: words,
  phone: (value) => (typeof value === 'string' && PHONE.test(value) ? value : words(value)),
  instant: (value) => {
    demand(isInstant(value), 'an instant column holds something else')
    return value
  },
  whole: (value) => {
    demand(Number.isSafeInteger(value), 'a whole-number column holds something else')
    return String(value)
  },
  flag: (value) => {
    demand(typeof value === 'boolean', 'a yes-or-no column holds something else')
    return String(value)
  },
}

const line = (list) => `${list.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`

const write = (columns, rows) => {
  const cell = (row, { name, kind }) => (row[name] === null ? '' : cells[kind](row[name]))
  const body = rows.map((row) => line(columns.map((column) => cell(row, column))))
  return Buffer.from(line(columns.map((column) => column.name)) + body.join(''))
}

const KINDS = Object.keys(cells)

module.exports = { write, KINDS }
