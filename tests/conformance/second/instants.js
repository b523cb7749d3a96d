'use strict'
// Instants: RFC 3339 in UTC with Z, to the microsecond only where it is not zero.

const FORM = /^((?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{6})?Z$/

const isInstant = (text) => {
  const found = typeof text === 'string' && FORM.exec(text)
  if (!found || found[2] === '.000000') return false
  const date = new Date(`${found[1]}Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString() === `${found[1]}.000Z`
}

module.exports = { isInstant }
