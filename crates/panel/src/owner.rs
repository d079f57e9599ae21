//! Whose program is at the other end of a connection.
//!
//! A cookie and a code are secrets; this holds where secrets leak: other users of this machine
//! get nothing, whatever they know. The kernel is asked for the socket at the other end, by `sock_diag(7)`, or
//! by `/proc/net/tcp` where that isn't there.

use rustix::net::netlink::{self, SocketAddrNetlink};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, sendto, socket_with,
};
use std::io::{self, Read};
use std::net::{IpAddr, SocketAddr};

/// `SOCK_DIAG_BY_FAMILY`
const BY_FAMILY: u16 = 20;
/// `NLMSG_ERROR`
const ERROR: u16 = 2;
/// `NLM_F_REQUEST`
const REQUEST: u16 = 1;
/// `IPPROTO_TCP`
const TCP: u8 = 6;
/// The length of a message's head, and of what is asked, in bytes.
const HEAD: usize = 16;
const ASKED: usize = 56;
/// Where a `struct inet_diag_msg` has the user and the inode, from the message's begin.
const UID: usize = HEAD + 64;
const INODE: usize = HEAD + 68;
/// How much of `/proc/net/tcp` is read, in bytes: a hundred thousand connections.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// The user whose program holds the socket at the other end of a connection from `peer` to `own`; none
/// where nobody holds it any more, or where the kernel doesn't tell.
pub(crate) fn owner(peer: SocketAddr, own: SocketAddr) -> Option<u32> {
    match by_netlink(peer, own) {
        Ok(owner) => owner,
        Err(_) => by_proc(peer, own),
    }
}

/// What the kernel says of a socket.
fn held(uid: u32, inode: u64) -> Option<u32> {
    // A socket that was closed has no inode and counts as root's, whoever's it was.
    (inode != 0).then_some(uid)
}

fn by_netlink(peer: SocketAddr, own: SocketAddr) -> io::Result<Option<u32>> {
    let (flags, protocol) = (SocketFlags::CLOEXEC, Some(netlink::SOCK_DIAG));
    let socket = socket_with(AddressFamily::NETLINK, SocketType::DGRAM, flags, protocol)?;
    sendto(&socket, &question(peer, own), SendFlags::empty(), &SocketAddrNetlink::new(0, 0))?;
    let mut answer = [0; 1024];
    // It is there already: the kernel answers while it is asked.
    let (length, _) = recv(&socket, &mut answer, RecvFlags::DONTWAIT)?;
    let answer = &answer[..length];
    let too_short = || io::Error::from(io::ErrorKind::InvalidData);
    let number = |at: usize| answer.get(at..at + 4)?.try_into().ok().map(u32::from_ne_bytes);
    let kind = number(4).ok_or_else(too_short)?.to_ne_bytes();
    match u16::from_ne_bytes([kind[0], kind[1]]) {
        BY_FAMILY => {
            let (uid, inode) = (number(UID), number(INODE));
            Ok(held(uid.ok_or_else(too_short)?, inode.ok_or_else(too_short)?.into()))
        }
        ERROR => {
            let code = number(HEAD).ok_or_else(too_short)?.cast_signed();
            match io::Error::from_raw_os_error(code.saturating_neg()) {
                error if error.kind() == io::ErrorKind::NotFound => Ok(None),
                error => Err(error),
            }
        }
        _ => Err(too_short()),
    }
}

/// A `struct inet_diag_req_v2` for one socket, with its head.
fn question(peer: SocketAddr, own: SocketAddr) -> Vec<u8> {
    let family = match peer {
        SocketAddr::V4(_) => AddressFamily::INET,
        SocketAddr::V6(_) => AddressFamily::INET6,
    };
    let address = |ip: IpAddr| {
        let mut bytes = [0; 16];
        match ip {
            IpAddr::V4(ip) => bytes[..4].copy_from_slice(&ip.octets()),
            IpAddr::V6(ip) => bytes.copy_from_slice(&ip.octets()),
        }
        bytes
    };
    let mut bytes = Vec::with_capacity(HEAD + ASKED);
    bytes.extend(((HEAD + ASKED) as u32).to_ne_bytes());
    bytes.extend(BY_FAMILY.to_ne_bytes());
    bytes.extend(REQUEST.to_ne_bytes());
    bytes.extend([0; 8]);
    bytes.extend([family.as_raw() as u8, TCP, 0, 0]);
    // In every state.
    bytes.extend(u32::MAX.to_ne_bytes());
    bytes.extend(peer.port().to_be_bytes());
    bytes.extend(own.port().to_be_bytes());
    bytes.extend(address(peer.ip()));
    bytes.extend(address(own.ip()));
    bytes.extend([0; 4]);
    // No cookie.
    bytes.extend([0xff; 8]);
    bytes
}

fn by_proc(peer: SocketAddr, own: SocketAddr) -> Option<u32> {
    ["/proc/net/tcp", "/proc/net/tcp6"].iter().find_map(|table| {
        let mut text = String::new();
        let file = std::fs::File::open(table).ok()?;
        file.take(MOST_BYTES).read_to_string(&mut text).ok()?;
        in_table(&text, peer, own)
    })
}

/// The owner of a socket as a table of the kernel tells it.
fn in_table(table: &str, peer: SocketAddr, own: SocketAddr) -> Option<u32> {
    // A socket for both families shows addresses of the one as addresses of the other.
    let (plain, mapped) = ([peer, own].map(in_digits), [peer, own].map(mapped).map(in_digits));
    table.lines().skip(1).find_map(|line| {
        let mut words = line.split_ascii_whitespace().skip(1);
        let ends = [words.next()?, words.next()?];
        if ends != [&*plain[0], &*plain[1]] && ends != [&*mapped[0], &*mapped[1]] {
            return None;
        }
        let mut words = words.skip(4);
        let uid = words.next()?.parse().ok()?;
        held(uid, words.nth(1)?.parse().ok()?)
    })
}

fn mapped(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) => SocketAddr::new(ip.to_ipv6_mapped().into(), address.port()),
        IpAddr::V6(_) => address,
    }
}

/// An address as the kernel writes it: words of four bytes as numbers, then the port.
fn in_digits(address: SocketAddr) -> String {
    let bytes = match address.ip() {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    let word = |word: &[u8]| word.try_into().map(u32::from_ne_bytes).unwrap_or_default();
    let words = bytes.chunks(4).map(|bytes| format!("{:08X}", word(bytes))).collect::<String>();
    format!("{words}:{:04X}", address.port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn our_own_sockets_are_ours_by_both_ways() {
        let own = rustix::process::geteuid().as_raw();
        for place in ["127.0.0.1:0", "[::1]:0"] {
            // Where there is no IPv6, nobody can connect by it.
            let Ok(listener) = TcpListener::bind(place) else { continue };
            let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let (server, peer) = listener.accept().unwrap();
            let address = server.local_addr().unwrap();
            assert_eq!(owner(peer, address), Some(own), "{place}");
            assert_eq!(by_proc(peer, address), Some(own), "{place}");
            let told = by_netlink(peer, address);
            println!("sock_diag tells {told:?}");
            assert!(told.is_err() || told.is_ok_and(|told| told == Some(own)));
            // Closed on its side, it is nobody's, though the kernel may still know it.
            drop(client);
            assert_eq!(owner(peer, address), None, "{place}");
            assert_eq!(by_proc(peer, address), None, "{place}");
        }
    }

    #[test]
    fn the_kernel_s_table_is_read() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:5BA0 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 41 1 0 100 0 0 10 0
   1: 0100007F:5BA0 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 42 1 0 20 4 30 10 -1
   2: 0100007F:D431 0100007F:5BA0 01 00000000:00000000 00:00000000 00000000  1001        0 43 1 0 20 4 30 10 -1
   3: 0100007F:D432 0100007F:5BA0 05 00000000:00000000 00:00000000 00000000     0        0 0 1 0 20 4 30 10 -1
   4: 0000000000000000FFFF00000100007F:D433 0000000000000000FFFF00000100007F:5BA0 01 00000000:00000000 00:00000000 00000000  1002        0 44 1
   5: 0100007F:D434 broken
";
        let own: SocketAddr = "127.0.0.1:23456".parse().unwrap();
        let from = |port: u16| in_table(table, SocketAddr::new(own.ip(), port), own);
        assert_eq!(from(0xd431), Some(1001));
        assert_eq!(from(0xd432), None, "closed: root's in the table, in truth anybody's");
        assert_eq!(from(0xd433), Some(1002));
        assert_eq!(from(0xd434), None);
        assert_eq!(from(1), None);
    }
}
