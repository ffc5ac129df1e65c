-- How a session ended: one object a session.
CREATE EXTERNAL TABLE IF NOT EXISTS endings (
  session string,
  `user` string,
  agent string,
  owner string,
  `grant` string,
  grantdigest string,
  `database` string,
  reason string,
  requestedby string,
  requestedat string,
  verifiedat string
)
PARTITIONED BY (region string, accountid string, eventday string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://{{bucket}}/endings/'
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
  'storage.location.template' = 's3://{{bucket}}/endings/region=${region}/accountId=${accountid}/eventDay=${eventday}/'
)
