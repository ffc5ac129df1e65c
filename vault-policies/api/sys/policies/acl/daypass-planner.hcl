# A pull-request job: reads what applying would change, and compares. It writes nothing, reads no credential, makes no
# token, and sees no password: a connection's cannot be read back by anybody.

path "sys/mounts" {
  capabilities = ["read"]
}

path "sys/auth" {
  capabilities = ["read"]
}

# The server asks for sudo to read this one.
path "sys/config/auditing/request-headers/x-daypass-session" {
  capabilities = ["read", "sudo"]
}

path "sys/policies/acl" {
  capabilities = ["list"]
}

path "sys/policies/acl/daypass-broker" {
  capabilities = ["read"]
}

path "sys/policies/acl/daypass-planner" {
  capabilities = ["read"]
}

path "sys/policies/acl/daypass-login-*" {
  capabilities = ["read"]
}

path "sys/policies/acl/daypass-session-*" {
  capabilities = ["read"]
}

path "sys/policies/password/daypass" {
  capabilities = ["read"]
}

path "auth/approle/role/broker" {
  capabilities = ["read"]
}

path "auth/token/roles" {
  capabilities = ["list"]
}

path "auth/token/roles/*" {
  capabilities = ["read"]
}

path "auth/jwt-*" {
  capabilities = ["read", "list"]
}

path "database/config" {
  capabilities = ["list"]
}

path "database/config/*" {
  capabilities = ["read"]
}

path "database/roles" {
  capabilities = ["list"]
}

path "database/roles/*" {
  capabilities = ["read"]
}
