//! A line to a server: opened when it is needed, kept, and opened again when it was cut.

use crate::fault::DistantError;
use crate::{Address, DistantOptions, Protocol, secure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::{http1, http2};
use hyper::header::{AUTHORIZATION, HOST, HeaderMap, HeaderValue, USER_AGENT};
use hyper::{Method, Request, StatusCode, Uri, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

/// The most bytes of an answer.
const LONGEST: usize = 64 << 20;

/// What to send.
#[derive(Clone)]
pub(crate) struct Question {
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// What came back.
pub(crate) struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub trailers: HeaderMap,
}

/// Where lines lead, and how they are opened.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub address: Address,
    options: DistantOptions,
    security: Option<Arc<ClientConfig>>,
}

impl Place {
    /// Reads what encrypts lines there, once for all.
    ///
    /// # Errors
    /// When there is nothing to encrypt them with.
    pub fn new(address: &Address, options: &DistantOptions) -> Result<Self, DistantError> {
        let protocols: &[&[u8]] = match address.protocol {
            Protocol::Grpc { .. } => &[b"h2"],
            _ => &[b"http/1.1"],
        };
        let security = address.is_secure.then(|| secure::config(options, protocols)).transpose()?;
        Ok(Self { address: address.clone(), options: options.clone(), security })
    }
}

/// A line to one server, for one question at a time.
pub(crate) struct Line {
    address: Address,
    options: DistantOptions,
    security: Option<Arc<ClientConfig>>,
    runtime: Runtime,
    open: Option<Open>,
}

/// The sending end of an open line.
enum Open {
    One(http1::SendRequest<Full<Bytes>>),
    Two(http2::SendRequest<Full<Bytes>>),
}

/// Why nothing came back.
enum Cut {
    /// The line that was kept is closed: nothing was asked yet.
    Stale,
    /// Something else.
    Fault(DistantError),
}

impl Line {
    /// A line that isn't open yet.
    ///
    /// # Errors
    /// When there is no runtime.
    pub fn new(place: &Place) -> Result<Self, DistantError> {
        let Place { address, options, security } = place.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|why| DistantError::new(format!("no line: {why}")))?;
        Ok(Self { address, options, security, runtime, open: None })
    }

    /// A question's headers: what proves who asks.
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, HeaderValue::from_static("backlot"));
        if let Some(token) = &self.options.token
            && let Ok(mut value) = HeaderValue::from_str(&token.header())
        {
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        headers
    }

    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// One sentence when there is none in time.
    pub fn ask(&mut self, question: &Question) -> Result<Reply, DistantError> {
        let Self { address, options, security, runtime, open } = self;
        let patience = options.patience;
        let work = async {
            for _ in 0..2 {
                match exchange(open, address, security.as_ref(), question).await {
                    Err(Cut::Stale) => *open = None,
                    Err(Cut::Fault(why)) => return Err(why),
                    Ok(reply) => return Ok(reply),
                }
            }
            Err(DistantError::new(format!(
                "the line to {} closes again and again",
                address.authority()
            )))
        };
        let late = || {
            DistantError::new(format!(
                "{} gave no answer within {} s: is it busy, or the line slow?",
                address.authority(),
                patience.as_secs_f64()
            ))
        };
        let found = runtime.block_on(async {
            tokio::time::timeout(patience, work).await.unwrap_or_else(|_| Err(late()))
        });
        if found.is_err() {
            // Whatever still comes on this line belongs to a question that nobody waits for.
            self.open = None;
        }
        found
    }
}

async fn exchange(
    open: &mut Option<Open>,
    address: &Address,
    security: Option<&Arc<ClientConfig>>,
    question: &Question,
) -> Result<Reply, Cut> {
    let is_kept = open.is_some();
    let line = match open {
        Some(line) => line,
        None => open.insert(connect(address, security).await.map_err(Cut::Fault)?),
    };
    let fault = |why: &dyn std::error::Error| {
        Cut::Fault(DistantError::new(format!(
            "the line to {} was cut: {}",
            address.authority(),
            innermost(why)
        )))
    };
    let ready = match line {
        Open::One(line) => line.ready().await,
        Open::Two(line) => line.ready().await,
    };
    match ready {
        Err(_) if is_kept => return Err(Cut::Stale),
        Err(why) => return Err(fault(&why)),
        Ok(()) => {}
    }
    let request = request(address, question, matches!(line, Open::Two(_))).map_err(Cut::Fault)?;
    let sent = match line {
        Open::One(line) => line.send_request(request).await,
        Open::Two(line) => line.send_request(request).await,
    };
    let response = match sent {
        Ok(response) => response,
        // The other end closed it while nobody asked: each question may be asked again.
        Err(why)
            if is_kept && (why.is_closed() || why.is_canceled() || why.is_incomplete_message()) =>
        {
            return Err(Cut::Stale);
        }
        Err(why) => return Err(fault(&why)),
    };
    let (head, body) = response.into_parts();
    let body = Limited::new(body, LONGEST).collect().await.map_err(|why| fault(&*why))?;
    let trailers = body.trailers().cloned().unwrap_or_default();
    Ok(Reply { status: head.status, headers: head.headers, body: body.to_bytes(), trailers })
}

fn request(
    address: &Address,
    question: &Question,
    is_two: bool,
) -> Result<Request<Full<Bytes>>, DistantError> {
    let wrong = |why: &dyn std::fmt::Display| DistantError::new(format!("{address}: {why}"));
    let authority = address.authority();
    let uri = match is_two {
        true => {
            let scheme = if address.is_secure { "https" } else { "http" };
            format!("{scheme}://{authority}{}", question.path)
        }
        false => question.path.clone(),
    };
    let uri: Uri = uri.parse().map_err(|why| wrong(&why))?;
    let mut request = Request::new(Full::new(question.body.clone()));
    *request.method_mut() = question.method.clone();
    *request.uri_mut() = uri;
    *request.headers_mut() = question.headers.clone();
    if is_two {
        *request.version_mut() = Version::HTTP_2;
    } else {
        let host = HeaderValue::from_str(&authority).map_err(|why| wrong(&why))?;
        request.headers_mut().insert(HOST, host);
    }
    Ok(request)
}

async fn connect(
    address: &Address,
    security: Option<&Arc<ClientConfig>>,
) -> Result<Open, DistantError> {
    let fault = |why: &dyn std::error::Error| {
        DistantError::new(format!("{} can't be reached: {}", address.authority(), innermost(why)))
    };
    let stream = TcpStream::connect((&*address.host, address.port)).await;
    let stream = stream.map_err(|why| fault(&why))?;
    let _ = stream.set_nodelay(true);
    let is_two = matches!(address.protocol, Protocol::Grpc { .. });
    let Some(config) = security else {
        return shake_hands(stream, is_two).await.map_err(|why| fault(&why));
    };
    let name = ServerName::try_from(address.host.clone()).map_err(|why| fault(&why))?;
    let secure = tokio_rustls::TlsConnector::from(config.clone()).connect(name, stream).await;
    shake_hands(secure.map_err(|why| fault(&why))?, is_two).await.map_err(|why| fault(&why))
}

async fn shake_hands(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    is_two: bool,
) -> hyper::Result<Open> {
    let stream = TokioIo::new(stream);
    Ok(if is_two {
        let (line, work) = http2::handshake(TokioExecutor::new(), stream).await?;
        tokio::spawn(work);
        Open::Two(line)
    } else {
        let (line, work) = http1::handshake(stream).await?;
        tokio::spawn(work);
        Open::One(line)
    })
}

/// What went wrong at first.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
