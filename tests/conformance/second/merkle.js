'use strict'
// Merkle trees of RFC 6962, section 2.1, written from its recursive definitions.

const { demand, sha256 } = require('./bytes.js')

const leafHash = (leaf) => sha256(Buffer.of(0), leaf)
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right)
const EMPTY = sha256()
const MOST = 64

// The largest power of two smaller than n.
const split = (n) => {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

const root = (hashes, from = 0, to = hashes.length) => {
  if (to === from) return EMPTY
  if (to - from === 1) return hashes[from]
  const k = split(to - from)
  return nodeHash(root(hashes, from, from + k), root(hashes, from + k, to))
}

const whole = (...numbers) => demand(numbers.every((n) => Number.isSafeInteger(n) && n >= 0), 'not whole numbers')

// The root that a path from the leaf upwards gives: PATH(m, D[n]) read backwards.
const climb = (hash, index, size, path) => {
  if (size === 1) {
    demand(path.length === 0, 'the proof is too long')
    return hash
  }
  demand(path.length > 0, 'the proof is too short')
  const k = split(size)
  const below = path.slice(0, -1)
  const sibling = path[path.length - 1]
  return index < k ? nodeHash(climb(hash, index, k, below), sibling) : nodeHash(sibling, climb(hash, index - k, size - k, below))
}

const checkHashes = (hashes) => {
  demand(hashes.length <= MOST && hashes.every((hash) => hash.length === 32), 'not at most 64 hashes of 32 bytes')
}

const inclusion = ({ hash, index, size, root, path }) => {
  whole(index, size)
  checkHashes([...path, hash, root])
  demand(index < size, 'no such leaf in this tree')
  demand(climb(hash, index, size, path).equals(root), 'the leaf is not in this tree')
}

// SUBPROOF(m, D[n], b) read backwards: gives the old and the new root of the part that it covers.
const regrow = (old, size, complete, path, oldRoot) => {
  if (old === size) {
    if (complete) {
      demand(path.length === 0, 'the proof is too long')
      return [oldRoot, oldRoot]
    }
    demand(path.length === 1, 'the proof has the wrong length')
    return [path[0], path[0]]
  }
  demand(path.length > 0, 'the proof is too short')
  const k = split(size)
  const below = path.slice(0, -1)
  const sibling = path[path.length - 1]
  if (old <= k) {
    const [before, after] = regrow(old, k, complete, below, oldRoot)
    return [before, nodeHash(after, sibling)]
  }
  const [before, after] = regrow(old - k, size - k, false, below, oldRoot)
  return [nodeHash(sibling, before), nodeHash(sibling, after)]
}

const consistency = ({ oldSize, oldRoot, size, root, path }) => {
  whole(oldSize, size)
  checkHashes([...path, oldRoot, root])
  demand(oldSize <= size, 'the tree has shrunk')
  if (oldSize === 0 || oldSize === size) {
    demand(path.length === 0, 'a proof where none is needed')
    demand(oldRoot.equals(oldSize ? root : EMPTY), 'two roots for one size')
    demand(size > 0 || root.equals(EMPTY), 'an empty tree has another root')
    return
  }
  const [before, after] = regrow(oldSize, size, true, path, oldRoot)
  demand(before.equals(oldRoot) && after.equals(root), 'the new tree does not continue the old one')
}

module.exports = { leafHash, nodeHash, EMPTY, root, inclusion, consistency }
