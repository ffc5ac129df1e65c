# The pipeline that applies these files and the generated ones: an example of the least that it needs. It writes what
# Daypass owns and nothing else, reads no credential, makes no token, and cannot change this policy.
# It is written by whoever runs the server, since nobody may apply their own rights. Who may write JWT roles may name any
# policy in them: keep this login as safe as the server's own.

path "sys/mounts" {
  capabilities = ["read"]
}

path "sys/auth" {
  capabilities = ["read"]
}

path "sys/mounts/database" {
  capabilities = ["create", "update", "sudo"]
}

path "sys/mounts/database/tune" {
  capabilities = ["create", "update", "read", "sudo"]
}

path "sys/mounts/sys/tune" {
  capabilities = ["create", "update", "read", "sudo"]
}

path "sys/auth/approle" {
  capabilities = ["create", "update", "sudo"]
}

path "sys/auth/approle/tune" {
  capabilities = ["create", "update", "read", "sudo"]
}

path "sys/auth/token/tune" {
  capabilities = ["create", "update", "read", "sudo"]
}

path "sys/auth/jwt-*" {
  capabilities = ["create", "update", "read", "sudo"]
}

path "sys/config/auditing/request-headers/x-daypass-session" {
  capabilities = ["create", "update", "read", "sudo"]
}

path "sys/policies/acl/daypass-broker" {
  capabilities = ["create", "update", "read"]
}

path "sys/policies/acl/daypass-planner" {
  capabilities = ["create", "update", "read"]
}

path "sys/policies/acl" {
  capabilities = ["list"]
}

path "sys/policies/acl/daypass-login-*" {
  capabilities = ["create", "update", "read", "delete"]
}

path "sys/policies/acl/daypass-session-*" {
  capabilities = ["create", "update", "read", "delete"]
}

path "sys/policies/password/daypass" {
  capabilities = ["create", "update", "read"]
}

path "auth/approle/role/broker" {
  capabilities = ["create", "update", "read"]
}

path "auth/approle/role/broker/role-id" {
  capabilities = ["read"]
}

path "auth/approle/role/broker/secret-id" {
  capabilities = ["update"]
}

path "auth/token/roles" {
  capabilities = ["list"]
}

path "auth/token/roles/*" {
  capabilities = ["create", "update", "read", "delete"]
}

path "auth/approle/role/*" {
  capabilities = ["deny"]
}

path "auth/+/config" {
  capabilities = ["create", "update", "read"]
}

path "auth/+/role/*" {
  capabilities = ["create", "update", "read", "delete", "list"]
}

path "database/config" {
  capabilities = ["list"]
}

path "database/config/*" {
  capabilities = ["create", "update", "read", "delete"]
}

path "database/roles" {
  capabilities = ["list"]
}

path "database/roles/*" {
  capabilities = ["create", "update", "read", "delete"]
}

# End the sessions of a grant that is narrowed or removed.
path "sys/leases/revoke-prefix/database/creds/*" {
  capabilities = ["update", "sudo"]
}
