-- Every line of every source: zstd NDJSON. Athena knows the compression by the name.
CREATE EXTERNAL TABLE IF NOT EXISTS events (
  class_uid bigint,
  status_code string,
  status_detail string,
  raw_data string,
  query_info struct<query_string:string>,
  api struct<operation:string>,
  daypass struct<
    who:struct<`user`:string,session:string,agent:string,owner:string>,
    what:string,
    `when`:string,
    outcome:string,
    `from`:string,
    `object`:string,
    `grant`:string,
    grantdigest:string,
    position:struct<loggroup:string,logstream:string,`time`:bigint,eventid:string,`index`:bigint>,
    message:string,
    ids:struct<databasesession:string,line:string,request:string>,
    finding:string>
)
PARTITIONED BY (source string, region string, accountid string, eventday string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://{{bucket}}/events/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.source.type' = 'enum',
  'projection.source.values' = 'daypass,vault-audit,vault-server,postgresql,mariadb',
  'projection.region.type' = 'enum',
  'projection.region.values' = '{{region}}',
  'projection.accountid.type' = 'enum',
  'projection.accountid.values' = '{{account}}',
  'projection.eventday.type' = 'date',
  'projection.eventday.format' = 'yyyyMMdd',
  'projection.eventday.range' = '20260101,NOW+1DAYS',
  'projection.eventday.interval' = '1',
  'projection.eventday.interval.unit' = 'DAYS',
  'storage.location.template' = 's3://{{bucket}}/events/source=${source}/region=${region}/accountId=${accountid}/eventDay=${eventday}/'
)
