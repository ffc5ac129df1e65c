# The broker's own login (AppRole "broker"). It ends sessions and looks for what is left of them.
# It cannot make a grant's credential, a token, a policy, a role or a login, and cannot read any of these.

# End a session: its lease, then its token. Only the form with the id in the body; an id is known only from the vend.
path "sys/leases/revoke" {
  capabilities = ["update"]
}

path "auth/token/revoke-accessor" {
  capabilities = ["update"]
}

# Renew a session, never past the window that its token and its lease were made with.
path "sys/leases/renew" {
  capabilities = ["update"]
}

path "auth/token/renew-accessor" {
  capabilities = ["update"]
}

# Find the token of a vend that stopped between mint and answer.
path "sys/leases/lookup" {
  capabilities = ["update"]
}

path "auth/token/lookup-accessor" {
  capabilities = ["update"]
}

path "auth/token/accessors" {
  capabilities = ["list", "sudo"]
}

# The witness's login: reads the database's catalog, ends connections, has no right on any table.
# Names that begin with "witness-" are refused for grants.
path "database/creds/witness-*" {
  capabilities = ["read"]
}

# Give its own login back.
path "auth/token/revoke-self" {
  capabilities = ["update"]
}
