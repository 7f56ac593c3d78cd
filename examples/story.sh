#!/usr/bin/env bash
# The whole story in plain git, on one machine, with three keys: Ana (a SuperAdmin) asks, Carla (Customer Success)
# approves, and nothing else reaches the platform.
#
#   examples/story.sh [FOLDER]     plays it in a new folder; emp-gitops, git (2.38 or newer) and ssh-keygen are on the PATH
set -euo pipefail
folder=${1:-$(mktemp -d)}
mkdir -p "$folder" && cd "$folder"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 EMP_TODAY=${EMP_TODAY:-2026-11-23}

say() { printf '\n\033[1m# %s\033[0m\n' "$*"; }

# Runs a command as one of the people, who signs with a key of their own.
as() {
  local person=$1
  shift
  GIT_AUTHOR_NAME=$person GIT_AUTHOR_EMAIL=$person@example.com \
  GIT_COMMITTER_NAME=$person GIT_COMMITTER_EMAIL=$person@example.com \
  GIT_CONFIG_COUNT=3 \
  GIT_CONFIG_KEY_0=gpg.format GIT_CONFIG_VALUE_0=ssh \
  GIT_CONFIG_KEY_1=user.signingkey GIT_CONFIG_VALUE_1="$folder/keys/$person" \
  GIT_CONFIG_KEY_2=commit.gpgsign GIT_CONFIG_VALUE_2=true "$@"
}

# The command has to end with this exit code.
expect() {
  local wanted=$1 found=0
  shift
  "$@" || found=$?
  [ "$found" -eq "$wanted" ] || { echo "expected exit code $wanted, found $found" >&2; exit 1; }
  [ "$wanted" -eq 0 ] || echo "(exit code $found, as it should be)"
}

say "Three people, three keys"
mkdir keys
for person in ana berta carla; do ssh-keygen -q -t ed25519 -N '' -C "$person" -f "keys/$person"; done

say "A repository in which Ana and Berta may ask, and Carla and Berta may approve"
emp-gitops init accounts --approvals signed-merge --timezone Europe/Madrid \
  --super-admin ana --super-admin berta --customer-success carla --customer-success berta
cd accounts
for person in ana berta carla; do echo "$person namespaces=\"git\" $(cat "../keys/$person.pub")"; done > allowed_signers
emp-gitops account create acme-madrid --name 'Acme Madrid' --customer 'Acme S.A.' --license advanced \
  --datapoints 120 --sector offices --contact facilities@acme.example --start 2026-03-01
git add . && as ana git commit -qm 'The first account, and who may sign'

say "An operator looks at it, and starts from here"
expect 3 emp-gitops reconcile
expect 0 emp-gitops reconcile --trust HEAD

say "Ana asks for 30 more datapoints: a branch with one signed commit, and no file here changes"
as ana emp-gitops account datapoints acme-madrid +30 --open

say "What would merging do, and who has to do something?"
emp-gitops plan --ref application/acme-madrid-datapoints
emp-gitops status --zone applications

say "Ana may not approve it; with git alone she can merge it, and reconcile refuses"
expect 3 as ana emp-gitops applications approve application/acme-madrid-datapoints
as ana git merge -q --no-ff -S -m 'I need no approval' application/acme-madrid-datapoints
expect 3 emp-gitops reconcile
git reset -q --hard HEAD^

say "Berta may ask and may approve, but not for herself"
as berta emp-gitops account license acme-madrid enterprise --open
as berta git merge -q --no-ff -S -m 'I approve my own application' application/acme-madrid-license
expect 3 emp-gitops reconcile
git reset -q --hard HEAD^

say "Carla approves it, with her signature: it takes effect"
as carla emp-gitops applications approve application/acme-madrid-datapoints
expect 0 emp-gitops reconcile
emp-gitops history acme-madrid

say "Somebody pushes to main, past everybody: reconcile refuses that too"
emp-gitops account datapoints acme-madrid 500
git -c user.name=mallory -c user.email=mallory@example.com commit -qam 'Nobody will notice'
expect 3 emp-gitops reconcile

say "It is put back, and all is well"
git -c user.name=mallory -c user.email=mallory@example.com revert --no-edit HEAD >/dev/null
expect 0 emp-gitops reconcile
emp-gitops status --zone active
