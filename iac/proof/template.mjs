// Reads a CloudFormation template and works out its intrinsic functions with sample values, so that what is evaluated is
// the template itself. What it does not know is an error: a policy that was read only in part would prove nothing.

import { readFileSync } from 'node:fs'
import { isMap, isSeq, parseDocument } from './packages.mjs'

const NOTHING = Symbol('AWS::NoValue')

/** Where a stack stands, and what its parameters are. */
export function resolve(file, { accountId, region, stackName, parameters }) {
  const document = parseDocument(readFileSync(file, 'utf8'), { logLevel: 'silent' })
  if (document.errors.length > 0) {
    throw new Error(`${file}: ${document.errors[0].message}`)
  }
  const template = plain(document.contents)
  for (const name of Object.keys(parameters)) {
    if (!(name in template.Parameters)) throw new Error(`${file} has no parameter ${name}`)
  }

  const pseudo = {
    'AWS::AccountId': accountId,
    'AWS::NoValue': NOTHING,
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com'
  }

  const name = (id) => template.Resources[id].Properties?.BucketName ?? `${stackName}-${id}-SAMPLE`
  const arn = (id) => {
    const here = `${region}:${accountId}`
    const { Type: type, Properties: properties } = template.Resources[id]
    switch (type) {
      case 'AWS::S3::Bucket': return `arn:aws:s3:::${value(name(id)).toLowerCase()}`
      case 'AWS::IAM::Role': return `arn:aws:iam::${accountId}:role/${name(id)}`
      case 'AWS::IAM::ManagedPolicy': return `arn:aws:iam::${accountId}:policy/${name(id)}`
      case 'AWS::DynamoDB::Table': return `arn:aws:dynamodb:${here}:table/${name(id)}`
      case 'AWS::Lambda::Function': return `arn:aws:lambda:${here}:function:${name(id)}`
      case 'AWS::Logs::LogGroup': return `arn:aws:logs:${here}:log-group:${value(properties.LogGroupName)}:*`
      case 'AWS::SQS::Queue': return `arn:aws:sqs:${here}:${name(id)}`
      case 'AWS::KMS::Key': return `arn:aws:kms:${here}:key/${name(id)}`
      case 'AWS::Events::Rule': return `arn:aws:events:${here}:rule/${name(id)}`
      default: throw new Error(`${file}: the ARN of ${id}, a ${type}, is not known here`)
    }
  }
  const ref = (id) => {
    if (id in pseudo) return pseudo[id]
    if (id in template.Parameters) {
      const { Type: type, Default: byDefault } = template.Parameters[id]
      const given = parameters[id] ?? byDefault
      if (given === undefined) throw new Error(`${file}: parameter ${id} needs a sample`)
      return type === 'CommaDelimitedList' ? String(given).split(',') : String(given)
    }
    const type = template.Resources[id]?.Type
    if (type === undefined) throw new Error(`${file}: nothing is named ${id}`)
    if (type === 'AWS::IAM::ManagedPolicy') return arn(id)
    if (type === 'AWS::Lambda::Alias') {
      const { FunctionName: function_, Name: alias } = template.Resources[id].Properties
      return `arn:aws:lambda:${region}:${accountId}:function:${value(function_)}:${alias}`
    }
    if (type === 'AWS::Logs::LogGroup') return value(template.Resources[id].Properties.LogGroupName)
    return type === 'AWS::S3::Bucket' ? arn(id).split(':').pop() : name(id)
  }
  const attribute = (path) => {
    const [id, part] = path.split('.')
    if (part !== 'Arn') throw new Error(`${file}: ${path} is not known here`)
    return arn(id)
  }
  const text = (pattern, own) =>
    pattern.replace(/\$\{([^}]+)\}/g, (_, id) => value(own[id] ?? new Intrinsic(id.includes('.') ? 'GetAtt' : 'Ref', id)))
  const condition = (id) => {
    if (!(id in template.Conditions)) throw new Error(`${file}: no condition is named ${id}`)
    return value(template.Conditions[id])
  }

  function value(node) {
    if (Array.isArray(node)) return node.map(value).filter((item) => item !== NOTHING)
    if (node === null || typeof node !== 'object') return node
    if (node instanceof Intrinsic) {
      const { name: intrinsic, argument } = node
      switch (intrinsic) {
        case 'Ref': return ref(argument)
        case 'GetAtt': return attribute(argument)
        case 'Sub': return Array.isArray(argument) ? text(argument[0], argument[1]) : text(argument, {})
        case 'If': return condition(argument[0]) ? value(argument[1]) : value(argument[2])
        case 'Equals': return value(argument[0]) === value(argument[1])
        case 'Not': return !value(argument[0])
        case 'Join': return value(argument[1]).join(argument[0])
        case 'Split': return value(argument[1]).split(argument[0])
        case 'Select': return value(argument[1])[argument[0]]
        default: throw new Error(`${file}: !${intrinsic} is not known here`)
      }
    }
    const members = Object.entries(node).map(([key, member]) => [key, value(member)])
    return Object.fromEntries(members.filter(([, member]) => member !== NOTHING))
  }

  const resources = Object.fromEntries(
    Object.entries(template.Resources)
      .filter(([, resource]) => resource.Condition === undefined || condition(resource.Condition))
      .map(([id, resource]) => [id, { type: resource.Type, resource }]))
  return {
    arn,
    /** The resources of a type that exist under these parameters: their ids and worked-out properties. */
    ofType: (type) => Object.entries(resources)
      .filter(([, known]) => known.type === type)
      .map(([id, { resource }]) => [id, value(resource.Properties)])
  }
}

class Intrinsic {
  constructor(name, argument) {
    this.name = name
    this.argument = argument
  }
}

function plain(node) {
  let result
  if (isMap(node)) {
    result = Object.fromEntries(node.items.map((pair) => [String(pair.key.value), plain(pair.value)]))
  } else if (isSeq(node)) {
    result = node.items.map(plain)
  } else {
    result = node.value
  }
  return node.tag?.startsWith('!') ? new Intrinsic(node.tag.slice(1), result) : result
}
