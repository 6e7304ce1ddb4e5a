/** The settings of our own tmux server; the user's are not read there. */

/**
 * `xterm-256color`: what sessions write is drawn by xterm.js as well as by tmux, and both know it. `exit-empty` is tmux's
 * own default: with its last session the server ends.
 * Not here: `window-size manual`, with which tmux 3.3 dies at its first session; `resize-window` sets it for each window.
 */
export const tmuxConfig = `# Written by Culvert at each start. Sessions of the user's own tmux are elsewhere.
set -g default-terminal "xterm-256color"
set -s escape-time 10
set -g history-limit 50000
set -g set-titles off
set -g update-environment ""
set -g remain-on-exit off
set -g detach-on-destroy on
set -g focus-events on
set -g status-left-length 60
set-hook -g client-attached 'if -F "#{client_control_mode}" "" "resize-window -A"'
`;
