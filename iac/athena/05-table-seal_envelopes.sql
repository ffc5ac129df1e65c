-- The seals as they stand: DSSE envelopes. The view 'seals' opens them.
CREATE EXTERNAL TABLE IF NOT EXISTS seal_envelopes (
  payloadtype string,
  payload string
)
PARTITIONED BY (source string, region string, accountid string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://{{bucket}}/seals/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.source.type' = 'enum',
  'projection.source.values' = 'daypass,vault-audit,vault-server,postgresql,mariadb,intents,endings,configurations,reconciliations',
  'projection.region.type' = 'enum',
  'projection.region.values' = '{{region}}',
  'projection.accountid.type' = 'enum',
  'projection.accountid.values' = '{{account}}',
  'storage.location.template' = 's3://{{bucket}}/seals/source=${source}/region=${region}/accountId=${accountid}/'
)
