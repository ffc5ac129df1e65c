// prove.mjs [--self-check] [<main template> [<template of the heads>]]
// Evaluates cases.yaml over the templates' own policies. `--self-check` takes each statement, and each part of one, away in
// turn, and shows that a case notices.

import { readFileSync } from 'node:fs'
import { parse, runSimulation } from './packages.mjs'
import { world } from './world.mjs'

const NOBODY_ALLOWS = 'nobody allows it'
const list = (value) => (Array.isArray(value) ? value : value === undefined ? [] : [value])

/** The table's groups as single cases. Each refused one differs from an allowed one in exactly one thing. */
function casesOf({ conditions, groups }) {
  const context = (names) => Object.assign({}, ...names.map((name) => {
    if (!(name in conditions)) throw new Error(`no condition is named ${name}`)
    return conditions[name]
  }))
  const cases = []
  for (const { group, allowed, refused } of groups) {
    if (list(refused).length === 0) throw new Error(`"${group}" refuses nothing`)
    const twins = []
    for (const who of list(allowed.who)) {
      for (const does of list(allowed.does)) {
        for (const to of list(allowed.to)) twins.push({ who, does, to, with: list(allowed.with) })
      }
    }
    for (const twin of twins) {
      const request = { who: twin.who, does: twin.does, to: twin.to, context: context(twin.with) }
      cases.push({ group, request, allowed: true })
      for (const { by, ...difference } of list(refused)) {
        const [[kind, values], ...more] = Object.entries(difference)
        if (more.length > 0 || by === undefined) throw new Error(`"${group}": one difference, and by whom: ${JSON.stringify({ by, ...difference })}`)
        for (const value of list(values)) {
          const other = { ...request }
          if (kind === 'with') other.context = { ...request.context, ...conditions[value] }
          else if (kind === 'without') other.context = Object.fromEntries(Object.entries(request.context).filter(([key]) => !(key in conditions[value])))
          else if (kind in request) other[kind] = value
          else throw new Error(`"${group}": a request has no ${kind}`)
          requireOneDifference(group, request, other)
          cases.push({ group, request: other, allowed: false, by, twin: request, difference: `${kind} ${value}` })
        }
      }
    }
  }
  return cases
}

function requireOneDifference(group, one, other) {
  const keys = new Set([...Object.keys(one.context), ...Object.keys(other.context)])
  const differences = ['who', 'does', 'to'].filter((part) => one[part] !== other[part]).length +
    [...keys].filter((key) => one.context[key] !== other.context[key]).length
  if (differences !== 1) {
    throw new Error(`"${group}": ${differences} differences between ${JSON.stringify(one)} and ${JSON.stringify(other)}`)
  }
}

function find(kind, name, among) {
  if (!(name in among)) throw new Error(`no ${kind} is named ${name}`)
  return among[name]
}

/** What IAM makes of a request: whether it is allowed, and the statements that refuse it. */
async function evaluate({ who, does, to, context }, { principals, resources, policyOf, accountOf }) {
  const principal = find('principal', who, principals)
  const resource = find('resource', to, resources)
  const given = {
    'aws:SecureTransport': 'true',
    ...(principal.service ? {} : { 'aws:PrincipalArn': principal.arn, 'aws:PrincipalAccount': principal.account }),
    ...(does.startsWith('s3:') ? { 's3:ResourceAccount': accountOf(resource) } : {}),
    ...Object.fromEntries(Object.entries(principal.tags ?? {}).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
    ...context
  }
  const answer = await runSimulation({
    request: {
      principal: principal.principal,
      action: does,
      resource: { resource, accountId: resource === '*' ? principal.account : accountOf(resource) },
      contextVariables: given
    },
    identityPolicies: principal.identity ?? [],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy: policyOf(resource)
  }, {})
  const problem = `${who} ${does} ${to}`
  if (answer.resultType === 'error') throw new Error(`${problem}: ${JSON.stringify(answer.errors)}`)
  // for '*' there is one result for each pattern of a policy that matches, so none where no policy does
  const result = answer.result ?? answer.results[0] ?? { analysis: {} }
  // a misspelt key, or one that the action does not know, would be left out without a word
  const ignored = (result.ignoredContextKeys ?? []).filter((key) => key !== 's3:ResourceAccount')
  if (ignored.length > 0) throw new Error(`${problem}: ${ignored} means nothing to this action`)
  const { identityAnalysis, resourceAnalysis } = result.analysis
  return {
    allowed: answer.overallResult === 'Allowed',
    by: [identityAnalysis, resourceAnalysis].flatMap((part) => part?.denyStatements ?? []).map(({ explain }) => explain.identifier)
  }
}

const agrees = (expected, { allowed, by }) =>
  expected.allowed === allowed && (expected.allowed || (expected.by === NOBODY_ALLOWS ? by.length === 0 : by.includes(expected.by)))

const answerText = ({ allowed, by }) => {
  if (allowed) return 'allowed'
  return by.length > 0 ? `refused by ${by.join(', ')}` : `refused: ${NOBODY_ALLOWS}`
}
const contextText = (context) => Object.entries(context).map(([key, value]) => `${key}=${value}`).join(' ')

async function prove(cases, everything) {
  let group
  for (const expected of cases) {
    const answer = await evaluate(expected.request, everything)
    if (expected.group !== group) {
      group = expected.group
      console.log(`\n${group}`)
    }
    const { who, does, to, context } = expected.request
    console.log(`  ${who.padEnd(30)}${does.padEnd(36)}${to.padEnd(27)}${answerText(answer)}${Object.keys(context).length > 0 ? `  [${contextText(context)}]` : ''}`)
    if (!agrees(expected, answer)) {
      console.error(`proof: "${group}": ${who} ${does} ${to} [${contextText(context)}] is ${answerText(answer)}, and should be ` +
        answerText({ allowed: expected.allowed, by: expected.allowed || expected.by === NOBODY_ALLOWS ? [] : [expected.by] }))
      return false
    }
  }
  const refused = cases.filter(({ allowed }) => !allowed).length
  console.log(`\n${cases.length} cases: ${cases.length - refused} allowed, ${refused} refused, each one step from an allowed one`)
  return true
}

/** Everything that can be taken out of a policy: what it is called, whose part it is, and how. Each puts itself back. */
function removals({ name, policy }) {
  const found = []
  let sid
  const remove = (what, take) => found.push({ what: `${name} ${what}`, sid, take })
  const fromList = (what, holder, key) => {
    if (!Array.isArray(holder[key]) || holder[key].length < 2) return
    const whole = holder[key]
    for (const part of whole) {
      remove(`${what}: ${part}`, () => {
        holder[key] = whole.filter((other) => other !== part)
        return () => { holder[key] = whole }
      })
    }
  }
  const whole = policy.Statement
  for (const [index, statement] of whole.entries()) {
    const called = statement.Sid ?? `statement ${index + 1}`
    sid = statement.Sid
    remove(called, () => {
      policy.Statement = whole.filter((other) => other !== statement)
      return () => { policy.Statement = whole }
    })
    for (const key of ['Action', 'Resource', 'NotResource']) fromList(`${called} ${key}`, statement, key)
    for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
      for (const key of Object.keys(keys)) {
        fromList(`${called} ${operator} ${key}`, keys, key)
        remove(`${called} ${operator} ${key}`, () => {
          const condition = statement.Condition
          const { [key]: _, ...rest } = keys
          const { [operator]: __, ...others } = condition
          statement.Condition = Object.keys(rest).length > 0 ? { ...others, [operator]: rest } : others
          return () => { statement.Condition = condition }
        })
      }
    }
  }
  return found
}

async function selfCheck(cases, everything) {
  const reading = (policy) => cases.filter(({ request }) =>
    everything.policyOf(everything.resources[request.to]) === policy ||
    everything.principals[request.who].identity?.some((own) => own.policy === policy))
  let removed = 0
  const unnoticed = []
  for (const document of new Set(everything.documents)) {
    const readers = reading(document.policy)
    for (const { what, sid, take } of removals(document)) {
      const putBack = take()
      let noticed = false
      // those that the statement decides come first, then the few that are allowed: most removals end there
      const rank = ({ allowed, by }) => (by === sid ? 0 : allowed ? 1 : 2)
      for (const expected of readers.toSorted((one, other) => rank(one) - rank(other))) {
        // here only the answer counts: another statement that refuses the same is what makes this one redundant
        if ((await evaluate(expected.request, everything)).allowed !== expected.allowed) {
          noticed = true
          break
        }
      }
      putBack()
      removed++
      if (!noticed) unnoticed.push(what)
    }
  }
  console.log(`\n${removed} parts of policies taken away in turn, ${removed - unnoticed.length} of them noticed`)
  for (const what of unnoticed) console.error(`proof: nothing notices that this is gone: ${what}`)
  return unnoticed.length === 0
}

const table = parse(readFileSync(new URL('cases.yaml', import.meta.url), 'utf8'))
const [main, head] = process.argv.slice(2).filter((argument) => argument !== '--self-check')
const everything = world({ main, head })
const cases = casesOf(table)
const good = await prove(cases, everything) && (!process.argv.includes('--self-check') || await selfCheck(cases, everything))
process.exitCode = good ? 0 : 1
