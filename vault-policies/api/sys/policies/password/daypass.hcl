# 32 of 62 characters: 190 bits. No character that a URL, a shell or a libpq file would treat in a special way.
length = 32

rule "charset" {
  charset = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
}
