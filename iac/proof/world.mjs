// Who there is, what there is, and which policies of the templates hold for whom. The samples turn every option of the
// templates on, so that no statement is left out.

import { fileURLToPath } from 'node:url'
import { resolve } from './template.mjs'

const here = (file) => fileURLToPath(new URL(file, import.meta.url))

const ACCOUNT = '111122223333'
const HEAD_ACCOUNT = '444455556666'
const STRANGE_ACCOUNT = '777788889999'
const REGION = 'eu-central-1'
const PLACE = `region=${REGION}/accountId=${ACCOUNT}`
const user = (account, name) => `arn:aws:iam::${account}:user/${name}`

/** What AWS itself gives an administrator. It is no part of the templates, and is never taken away. */
const EVERYTHING = [{ name: 'administrator', policy: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) }]

const DEFAULT_KEY_POLICY = policy(
  { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' })

function policy(...statements) {
  return { Version: '2012-10-17', Statement: statements }
}

/** A line that a forwarder prints must not come back to a forwarder. */
function requireNoLoop(main) {
  const filters = main.ofType('AWS::Logs::SubscriptionFilter').map(([, filter]) => filter)
  for (const [id, { LoggingConfig: logging }] of main.ofType('AWS::Lambda::Function')) {
    const forwards = filters.some(({ DestinationArn: destination }) => destination === main.arn(id))
    if (forwards && filters.some(({ LogGroupName: group }) => group === logging.LogGroup)) {
      throw new Error(`the log of ${id} is forwarded to a forwarder: each line would make another`)
    }
  }
}

/** Reads both templates. */
export function world({ main: mainTemplate = here('../daypass.yaml'), head: headTemplate = here('../head.yaml') }) {
  const key = (name) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${name}`
  const main = resolve(mainTemplate, {
    accountId: ACCOUNT,
    region: REGION,
    stackName: 'daypass',
    parameters: {
      CodeBucket: 'code',
      CodeKey: 'functions.zip',
      RecordCodeKey: 'record.zip',
      ConfigurationDigest: `sha256:${'0'.repeat(64)}`,
      BrokerRoleId: 'broker',
      BrokerSecretKeyArn: key('broker'),
      RecordKeyKmsArn: key('record'),
      VaultAddress: 'https://vault.internal',
      SubnetIds: 'subnet-1',
      SecurityGroupIds: 'sg-1',
      EvidenceAdministratorArns: user(ACCOUNT, 'evidence-administrator'),
      AgentPrincipalArns: user(ACCOUNT, 'agents/*'),
      HeadBucketName: 'heads',
      HeadAccountId: HEAD_ACCOUNT,
      VaultAuditLogGroup: '/vault/audit',
      VaultServerLogGroup: '/vault/server',
      PostgresqlLogGroup: '/postgresql',
      MariadbLogGroup: '/mariadb'
    }
  })
  const head = resolve(headTemplate, {
    accountId: HEAD_ACCOUNT,
    region: REGION,
    stackName: 'heads',
    parameters: {
      BucketName: 'heads',
      SealRoleArn: main.arn('SealRole'),
      HeadAdministratorArns: user(HEAD_ACCOUNT, 'head-administrator')
    }
  })

  const documents = [] // [{ name, policy }]: everything that the self-check takes apart
  const own = (name, document) => {
    documents.push({ name, policy: document })
    return { name, policy: document }
  }

  const managed = Object.fromEntries(main.ofType('AWS::IAM::ManagedPolicy')
    .map(([id, properties]) => [main.arn(id), own(id, properties.PolicyDocument)]))
  const roles = Object.fromEntries(main.ofType('AWS::IAM::Role').map(([id, properties]) => [id, {
    identity: [
      ...(properties.Policies ?? []).map((inline) => own(id, inline.PolicyDocument)),
      ...(properties.ManagedPolicyArns ?? []).map((arn) => managed[arn])
    ],
    trust: own(`${id} (who may take it)`, properties.AssumeRolePolicyDocument)
  }]))

  const roleNamed = (id) => ({
    principal: main.arn(id).replace(':iam:', ':sts:').replace(':role/', ':assumed-role/') + '/function',
    arn: main.arn(id), // the role's, not the session's: Condition Keys, aws:PrincipalArn
    account: ACCOUNT,
    identity: roles[id].identity
  })
  const person = (account, name, identity, tags = {}) =>
    ({ principal: user(account, name), arn: user(account, name), account, identity, tags })
  const root = (account) =>
    ({ principal: `arn:aws:iam::${account}:root`, arn: `arn:aws:iam::${account}:root`, account, identity: EVERYTHING })

  const principals = {
    vend: roleNamed('VendRole'),
    sessions: roleNamed('SessionsRole'),
    sweep: roleNamed('SweepRole'),
    forwarder: roleNamed('ForwarderRole'),
    sealer: roleNamed('SealRole'),
    reconciler: roleNamed('ReconcileRole'),
    'forwarder with every right': { ...roleNamed('ForwarderRole'), identity: EVERYTHING },
    'sealer with every right': { ...roleNamed('SealRole'), identity: EVERYTHING },
    auditor: person(ACCOUNT, 'auditor', Object.values(managed).filter(({ name }) => name === 'AuditorPolicy')),
    administrator: person(ACCOUNT, 'administrator', EVERYTHING),
    'evidence administrator': person(ACCOUNT, 'evidence-administrator', EVERYTHING),
    root: root(ACCOUNT),
    'tagged agent': person(ACCOUNT, 'support-bot', EVERYTHING, { daypass: 'agent' }),
    'named agent': person(ACCOUNT, 'agents/support-bot', EVERYTHING),
    stranger: person(STRANGE_ACCOUNT, 'administrator', EVERYTHING),
    "head account's administrator": person(HEAD_ACCOUNT, 'administrator', EVERYTHING),
    'head administrator': person(HEAD_ACCOUNT, 'head-administrator', EVERYTHING),
    "head account's root": root(HEAD_ACCOUNT),
    lambda: { principal: 'lambda.amazonaws.com', service: true },
    'CloudWatch Logs': { principal: 'logs.amazonaws.com', service: true },
    EventBridge: { principal: 'events.amazonaws.com', service: true },
    'API Gateway': { principal: 'apigateway.amazonaws.com', service: true }
  }

  const group = (id) => main.arn(id).replace(/:\*$/, '')
  const logGroup = (name) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}`
  const stream = (arn) => `${arn}:log-stream:one`
  const parameter = (name) => `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${name}`
  const resources = {
    evidence: main.arn('EvidenceBucket'),
    configuration: `${main.arn('EvidenceBucket')}/configurations/${'0'.repeat(64)}.json`,
    ending: `${main.arn('EvidenceBucket')}/endings/${PLACE}/eventDay=20261123/01k.json`,
    events: `${main.arn('EvidenceBucket')}/events/source=postgresql/${PLACE}/eventDay=20261123/030000-0.ndjson.zst`,
    intent: `${main.arn('EvidenceBucket')}/intents/${PLACE}/eventDay=20261123/01k.json`,
    reconciliation: `${main.arn('EvidenceBucket')}/reconciliations/${PLACE}/eventDay=20261123/030000.json`,
    seal: `${main.arn('EvidenceBucket')}/seals/source=postgresql/${PLACE}/000000000001.json`,
    'top of the evidence': `${main.arn('EvidenceBucket')}/note.json`,
    'unknown prefix': `${main.arn('EvidenceBucket')}/notes/1.json`,
    'almost events': `${main.arn('EvidenceBucket')}/events-1.json`,
    heads: head.arn('HeadBucket'),
    head: `${head.arn('HeadBucket')}/heads/source=postgresql/${PLACE}/000000000001.json`,
    'head of another account': `${head.arn('HeadBucket')}/heads/source=postgresql/region=${REGION}/accountId=${STRANGE_ACCOUNT}/000000000001.json`,
    'head of another region': `${head.arn('HeadBucket')}/heads/source=postgresql/region=eu-west-1/accountId=${ACCOUNT}/000000000001.json`,
    'beside the heads': `${head.arn('HeadBucket')}/notes/1.json`,
    'another bucket': 'arn:aws:s3:::another',
    'object elsewhere': 'arn:aws:s3:::another/object',
    'bucket of the head account': 'arn:aws:s3:::another-of-head',
    'object of the head account': 'arn:aws:s3:::another-of-head/object',
    'seal key': main.arn('SealKey'),
    'record key': key('record'),
    "broker's key": key('broker'),
    'another key': key('another'),
    'dead letters': main.arn('RecordDeadLetters'),
    'another queue': `arn:aws:sqs:${REGION}:${ACCOUNT}:another`,
    state: main.arn('StateTable'),
    'open index': `${main.arn('StateTable')}/index/open`,
    'another table': `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/another`,
    'record key parameter': parameter('/daypass/record/hmac-key'),
    "broker's secret": parameter('/daypass/broker/secret-id'),
    'vend, live': `${main.arn('VendFunction')}:live`,
    'sessions function': main.arn('SessionsFunction'),
    'sweep function': main.arn('SweepFunction'),
    'seal function': main.arn('SealFunction'),
    'reconcile function': main.arn('ReconcileFunction'),
    ...Object.fromEntries(['Daypass', 'VaultAudit', 'VaultServer', 'Postgresql', 'Mariadb']
      .map((source) => [`${source} forwarder`, main.arn(`${source}ForwarderFunction`)])),
    ...Object.fromEntries(['Vend', 'Sessions', 'Sweep', 'DaypassForwarder', 'VaultAuditForwarder', 'VaultServerForwarder',
      'PostgresqlForwarder', 'MariadbForwarder', 'Seal', 'Reconcile']
      .flatMap((function_) => [
        [`log of ${function_}`, stream(group(`${function_}Logs`))],
        [`log group of ${function_}`, group(`${function_}Logs`)]
      ])),
    ...Object.fromEntries(['/vault/audit', '/vault/server', '/postgresql', '/mariadb', '/another']
      .flatMap((name) => [[`log ${name}`, stream(logGroup(name))], [`log group ${name}`, logGroup(name)]])),
    ...Object.fromEntries(Object.keys(roles).map((id) => [id, main.arn(id)])),
    anything: '*'
  }

  const resourcePolicies = {
    [resources['record key']]: DEFAULT_KEY_POLICY,
    [resources["broker's key"]]: DEFAULT_KEY_POLICY,
    [resources['another key']]: DEFAULT_KEY_POLICY
  }
  const attach = (arn, name, document) => { resourcePolicies[arn] = own(name, document).policy }
  for (const [id, properties] of main.ofType('AWS::S3::BucketPolicy')) attach(`arn:aws:s3:::${properties.Bucket}`, id, properties.PolicyDocument)
  for (const [id, properties] of head.ofType('AWS::S3::BucketPolicy')) attach(`arn:aws:s3:::${properties.Bucket}`, id, properties.PolicyDocument)
  for (const [id, properties] of main.ofType('AWS::KMS::Key')) attach(main.arn(id), id, properties.KeyPolicy)
  for (const [id, properties] of main.ofType('AWS::SQS::QueuePolicy')) {
    attach(resources['dead letters'], id, properties.PolicyDocument)
  }
  for (const id of Object.keys(roles)) resourcePolicies[main.arn(id)] = roles[id].trust.policy
  for (const [id, permission] of main.ofType('AWS::Lambda::Permission')) {
    const { FunctionName: function_, Action, Principal: service, SourceArn: source, SourceAccount: account } = permission
    resourcePolicies[function_] ??= own(function_.split(':function:')[1], policy()).policy
    resourcePolicies[function_].Statement.push({
      Sid: id,
      Effect: 'Allow',
      Principal: { Service: service },
      Action,
      Resource: function_,
      // as Lambda itself writes it: API Reference, AddPermission
      Condition: { ArnLike: { 'aws:SourceArn': source }, ...(account ? { StringEquals: { 'aws:SourceAccount': account } } : {}) }
    })
  }
  requireNoLoop(main)

  return {
    documents,
    principals,
    resources,
    policyOf: (arn) => resourcePolicies[arn.startsWith('arn:aws:s3:::') ? arn.split('/')[0] : arn],
    accountOf: (arn) => arn.split(':')[4] ||
      (arn.startsWith(resources.heads) || arn.startsWith(resources['bucket of the head account']) ? HEAD_ACCOUNT : ACCOUNT)
  }
}
