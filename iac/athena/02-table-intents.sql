-- What was about to happen: one object a session.
CREATE EXTERNAL TABLE IF NOT EXISTS intents (
  session string,
  `user` string,
  issuer string,
  subject string,
  agent string,
  owner string,
  actors array<string>,
  tokendigest string,
  tokenid string,
  `grant` string,
  grantversion string,
  grantdigest string,
  configuration string,
  `database` string,
  scope array<string>,
  purpose string,
  createdat string,
  ttl string,
  `window` string,
  origin struct<sourceaddress:string,useragent:string,requestid:string>
)
PARTITIONED BY (region string, accountid string, eventday string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://{{bucket}}/intents/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.region.type' = 'enum',
  'projection.region.values' = '{{region}}',
  'projection.accountid.type' = 'enum',
  'projection.accountid.values' = '{{account}}',
  'projection.eventday.type' = 'date',
  'projection.eventday.format' = 'yyyyMMdd',
  'projection.eventday.range' = '20260101,NOW+1DAYS',
  'projection.eventday.interval' = '1',
  'projection.eventday.interval.unit' = 'DAYS',
  'storage.location.template' = 's3://{{bucket}}/intents/region=${region}/accountId=${accountid}/eventDay=${eventday}/'
)
