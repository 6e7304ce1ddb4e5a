#!/bin/sh
# Makes what is secret in an installation, once, under ./secrets. What is there already stays as it is.
# Usage: sh make-secrets.sh
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
# Containers run as users of their own, so the files are readable inside a folder that only you can enter.
chmod 700 secrets

# write NAME: keeps what comes in as secrets/NAME where there is none.
write() {
  if [ -s "secrets/$1" ]; then cat >/dev/null; else cat >"secrets/$1"; fi
  chmod 644 "secrets/$1"
}

random() { openssl rand -hex 32; }

random | write turn-secret
random | write cookie-secret
random | write postgres-password
random | write nats-password
printf 'postgres://culvert:%s@postgres:5432/culvert' "$(cat secrets/postgres-password)" | write database-url
printf 'nats://culvert:%s@nats:4222' "$(cat secrets/nats-password)" | write nats-url

# An Ed25519 key as JWK (RFC 8037): the last 32 bytes of its DER forms are the key itself.
if [ ! -s secrets/signing-key ]; then
  openssl genpkey -algorithm ed25519 -outform DER -out secrets/signing-key.der
  last32() { tail -c 32 | openssl base64 -A | tr '+/' '-_' | tr -d '='; }
  private=$(last32 <secrets/signing-key.der)
  public=$(openssl pkey -inform DER -in secrets/signing-key.der -pubout -outform DER | last32)
  rm secrets/signing-key.der
  printf '{"kty":"OKP","crv":"Ed25519","d":"%s","x":"%s"}\n' "$private" "$public" | write signing-key
fi
