package dev.anillo.loop;

/// Who is at the other end of a unix socket, as the kernel knows it: the process that connected or listened, with the
/// user and group that it had then (SO_PEERCRED, unix(7)).
///
/// @param pid may belong to another process once that one has ended
/// @param uid effective user
/// @param gid effective group
public record PeerCredentials(int pid, int uid, int gid) {}
