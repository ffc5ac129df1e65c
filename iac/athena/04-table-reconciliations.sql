-- What each completeness run found.
CREATE EXTERNAL TABLE IF NOT EXISTS reconciliations (
  `from` string,
  `to` string,
  findings array<struct<code:string,source:string,`object`:string,session:string,detail:string>>
)
PARTITIONED BY (region string, accountid string, eventday string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://{{bucket}}/reconciliations/'
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
  'storage.location.template' = 's3://{{bucket}}/reconciliations/region=${region}/accountId=${accountid}/eventDay=${eventday}/'
)
