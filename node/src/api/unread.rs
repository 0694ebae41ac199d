//! What is no request is answered in the form of every other answer.
//!
//! Where a head cannot be read there is no request yet, so no layer of ours sees it: hyper answers by itself, with a bare
//! status, and has no hook for more. That answer is known on its way out by its form (a refusal with an empty body and
//! nothing but hyper's own lines, which no answer of ours is, since each has the headers of `headers`),
//! and gets the words of the table and the headers there. Should it leave in one piece with an answer before it, which takes
//! a client that does not read, it leaves bare.
//!
//! Source:  RFC 9112, section 3; RFC 6585, section 5.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum_server::accept::Accept;
use bytes::{Buf, Bytes};
use futures::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::code::Code;
use super::headers;
use super::problem::{PROBLEM_JSON, Refusal};
use crate::words::Lang;

/// The lines of an answer that hyper makes by itself.
const OWN_LINES: [&str; 3] = ["content-length: 0", "connection: close", "date: "];

/// Lets in by another acceptor, and words what is said on those connections to whoever sends no request.
#[derive(Debug, Clone)]
pub(crate) struct Worded<A> {
    inner: A,
    lang: Lang,
}

impl<A> Worded<A> {
    /// No language was asked for: `lang` is the node's own.
    pub(crate) fn new(inner: A, lang: Lang) -> Self {
        Self { inner, lang }
    }
}

impl<A, I, S> Accept<I, S> for Worded<A>
where
    A: Accept<I, S>,
    A::Future: Send + 'static,
{
    type Stream = Speaking<A::Stream>;
    type Service = A::Service;
    type Future = BoxFuture<'static, io::Result<(Self::Stream, Self::Service)>>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        let (entered, lang) = (self.inner.accept(stream, service), self.lang);
        Box::pin(async move {
            let (line, service) = entered.await?;
            Ok((Speaking { line, lang, owed: Bytes::new() }, service))
        })
    }
}

/// A connection on which bare refusals get their words.
#[derive(Debug)]
pub(crate) struct Speaking<L> {
    line: L,
    lang: Lang,
    /// Of an answer that was worded: what has not left yet.
    owed: Bytes,
}

impl<L: AsyncWrite + Unpin> Speaking<L> {
    fn pay(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.owed.is_empty() {
            let sent = ready!(Pin::new(&mut self.line).poll_write(context, &self.owed))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.owed.advance(sent);
        }
        Poll::Ready(Ok(()))
    }
}

impl<L: AsyncRead + Unpin> AsyncRead for Speaking<L> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_read(context, buffer)
    }
}

impl<L: AsyncWrite + Unpin> AsyncWrite for Speaking<L> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.pay(context))?;
        match worded(bytes, self.lang) {
            None => Pin::new(&mut self.line).poll_write(context, bytes),
            Some(answer) => {
                self.owed = answer;
                // What does not leave now leaves with the flush.
                match self.pay(context) {
                    Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
                    _ => Poll::Ready(Ok(bytes.len())),
                }
            }
        }
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        ready!(self.pay(context))?;
        let mut full = parts.iter().filter(|part| !part.is_empty());
        match (full.next(), full.next()) {
            (Some(one), None) => self.poll_write(context, one),
            _ => Pin::new(&mut self.line).poll_write_vectored(context, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.line.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.pay(context))?;
        Pin::new(&mut self.line).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.pay(context))?;
        Pin::new(&mut self.line).poll_shutdown(context)
    }
}

/// An answer of hyper's own with its words; `None` for anything else.
fn worded(bytes: &[u8], lang: Lang) -> Option<Bytes> {
    if !bytes.starts_with(b"HTTP/1.") {
        return None;
    }
    let head = std::str::from_utf8(bytes).ok()?.strip_suffix("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let first = lines.next()?;
    let status: u16 = first.split(' ').nth(1)?.parse().ok()?;
    let code = match status {
        400 => Code::BadRequest,
        414 | 431 => Code::HeadTooLong,
        _ => return None,
    };
    let kept: Vec<&str> = lines.clone().filter(|line| *line != OWN_LINES[0]).collect();
    let is_bare = kept.len() < lines.clone().count() && lines.all(|line| OWN_LINES.iter().any(|own| line.starts_with(own)));
    if !is_bare {
        return None;
    }
    let body = Refusal::from(code).json(lang, status);
    let mut text =
        format!("{first}\r\ncontent-type: {PROBLEM_JSON}\r\ncontent-language: {}\r\ncontent-length: {}\r\n", lang.word(), body.len());
    for line in kept {
        text += line;
        text += "\r\n";
    }
    for (name, value) in headers::ALWAYS.into_iter().chain([headers::UNKEPT]) {
        text += &format!("{name}: {value}\r\n");
    }
    text += "\r\n";
    Some([text.as_bytes(), &body].concat().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BARE: &str = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\ndate: Fri, 27 Nov 2026 05:30:00 GMT\r\n\r\n";

    #[test]
    fn only_an_answer_of_hypers_own_is_worded() {
        let text = |head: &str| worded(head.as_bytes(), Lang::En).map(|answer| String::from_utf8(answer.to_vec()).unwrap());
        let answer = text(BARE).unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 400 Bad Request\r\n") && answer.contains("\r\nx-content-type-options: nosniff\r\n"),
            "{answer}"
        );
        assert!(answer.contains("\r\nconnection: close\r\ndate: Fri") && !answer.contains("content-length: 0\r\n"), "{answer}");
        assert!(text(&BARE.replace("400 Bad Request", "431 x")).unwrap().contains("\"code\":\"head_too_long\""));
        for other in [
            &BARE.replace("400", "404"),
            &BARE.replace("400", "200"),
            &BARE.replace("date: ", "x-content-type-options: nosniff\r\ndate: "),
            &BARE.replace("content-length: 0", "content-length: 7"),
            &BARE.replace("content-length: 0\r\n", ""),
            &format!("{BARE}more"),
            &format!("7\r\n{BARE}"),
            "HTTP/1.",
            "",
        ] {
            assert_eq!(text(other), None, "{other}");
        }
    }

    #[tokio::test]
    async fn the_words_leave_whole_however_little_the_other_side_takes_at_once() {
        let (mut far, near) = tokio::io::duplex(7);
        let mut line = Speaking { line: near, lang: Lang::Ru, owed: Bytes::new() };
        let read = tokio::spawn(async move {
            let mut heard = Vec::new();
            tokio::io::AsyncReadExt::read_to_end(&mut far, &mut heard).await.unwrap();
            heard
        });
        tokio::io::AsyncWriteExt::write_all(&mut line, BARE.as_bytes()).await.unwrap();
        tokio::io::AsyncWriteExt::shutdown(&mut line).await.unwrap();
        drop(line);
        assert_eq!(read.await.unwrap(), worded(BARE.as_bytes(), Lang::Ru).unwrap());
    }
}
