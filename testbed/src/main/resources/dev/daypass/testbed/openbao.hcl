# Only what a server's own configuration has to hold: where it listens and stores, its seal, its audit devices, and how its
# administrator logs in. Everything else is applied through the API.
ui            = false
log_level     = "info"
api_addr      = "http://127.0.0.1:${port}"
cluster_addr  = "http://127.0.0.1:${clusterPort}"

listener "tcp" {
  address     = "127.0.0.1:${port}"
  tls_disable = true
}

storage "raft" {
  path    = "${directory}/data"
  node_id = "testbed"
  # The default waits 9 s for an election that nobody else stands in.
  performance_multiplier = 1
}

seal "static" {
  current_key_id = "testbed-1"
  current_key    = "file://${directory}/unseal.key"
}

audit "file" "first" {
  description = "first"
  options {
    file_path            = "${directory}/audit-1.jsonl"
    hmac_accessor        = "false"
    elide_list_responses = "true"
  }
}

audit "file" "second" {
  description = "second"
  options {
    file_path            = "${directory}/audit-2.jsonl"
    hmac_accessor        = "false"
    elide_list_responses = "true"
  }
}

# The root token is revoked after this: without it nobody could ever administer the server.
initialize "administrator" {
  request "policy" {
    operation = "update"
    path      = "sys/policies/acl/administrator"
    data = {
      policy = "path \"*\" { capabilities = [\"create\", \"read\", \"update\", \"patch\", \"delete\", \"list\", \"scan\", \"sudo\"] }"
    }
  }
  request "mount" {
    operation = "update"
    path      = "sys/auth/jwt-admin"
    data = {
      type        = "jwt"
      description = "the administrator"
    }
  }
  request "key" {
    operation = "update"
    path      = "auth/jwt-admin/config"
    data = {
      jwt_validation_pubkeys = [{
        eval_source = "file"
        eval_type   = "string"
        path        = "${directory}/administrator.pub"
      }]
      jwt_supported_algs = ["ES256"]
      bound_issuer       = "${issuer}"
    }
  }
  request "role" {
    operation = "update"
    path      = "auth/jwt-admin/role/administrator"
    data = {
      role_type       = "jwt"
      bound_audiences = ["${audience}"]
      bound_subject   = "administrator"
      user_claim      = "sub"
      token_type      = "service"
      token_ttl       = "1h"
      token_max_ttl   = "1h"
      token_policies  = ["administrator"]
    }
  }
}
