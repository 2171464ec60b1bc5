#include "server/datagram_peers.hpp"

#include <netinet/in.h>

#include <chrono>
#include <cstring>
#include <exception>
#include <utility>

namespace sock {

DatagramPeers::Key::Key(const SocketAddress& from) {
  const auto address = unmapped(from).value_or(from);
  if (address.storage.ss_family == AF_INET) {
    const auto& ipv4 = reinterpret_cast<const sockaddr_in&>(address.storage);
    std::memcpy(bytes.data(), &ipv4.sin_addr, sizeof ipv4.sin_addr);
    std::memcpy(bytes.data() + 16, &ipv4.sin_port, sizeof ipv4.sin_port);
  } else {
    const auto& ipv6 = reinterpret_cast<const sockaddr_in6&>(address.storage);
    std::memcpy(bytes.data(), &ipv6.sin6_addr, sizeof ipv6.sin6_addr);
    std::memcpy(bytes.data() + 16, &ipv6.sin6_port, sizeof ipv6.sin6_port);
    std::memcpy(bytes.data() + 18, &ipv6.sin6_scope_id, sizeof ipv6.sin6_scope_id);
    bytes.back() = 6;
  }
}

DatagramPeers::DatagramPeers(Service& service, Observer& observer,
                             std::atomic<std::uint64_t>& last_id, Limits limits,
                             const Faults& faults)
    : service_(service), observer_(observer), last_id_(last_id), limits_(limits), faults_(faults) {
  places_.reserve(limits.peers + 1);
}

std::optional<std::string_view> DatagramPeers::answer(const SocketAddress& from,
                                                      std::string_view message, std::string& out,
                                                      Clock::time_point now) {
  Peer& peer = this->peer(from, now);
  const auto place = std::prev(peers_.end());
  if (peer.bytes_in + peer.bytes_out == 0) observer_.active(peer.client);
  peer.bytes_in += message.size();
  observer_.read(peer.client, message);
  try {
    const Step step = peer.session->on_datagram(message, out);
    std::optional<std::string_view> answer;
    if (step.answered) answer = step.in_place ? message : out;
    // With a forged source address, a peer must not make us send much more than it has sent.
    constexpr std::size_t most_more = 64;
    if (answer && answer->size() > message.size() + most_more) answer.reset();
    if (answer && peer.faulty_end) answer = change(peer, *answer, out);
    if (answer) {
      peer.bytes_out += answer->size();
      observer_.wrote(peer.client, *answer);
    }
    if (step.close) forget(place, End::by_server, now);
    return answer;
  } catch (const std::exception&) {  // no memory, or a bug of the session: forget this peer only
    forget(place, End::lost, now);
    return {};
  }
}

std::optional<std::string_view> DatagramPeers::change(Peer& peer, std::string_view answer,
                                                      std::string& out) {
  const auto verdict = peer.faulty_end->judge(answer, now_);
  while (const auto done = peer.faulty_end->take_news()) {
    observer_.fault(peer.client, *done, faults_);
  }
  if (verdict.kind == FaultyEnd::Verdict::Kind::discard) return {};
  peer.faulty_end->sent(answer.size(), now_);
  if (verdict.kind == FaultyEnd::Verdict::Kind::send)
    answer = out.assign(peer.faulty_end->output());
  return answer;
}

// Afterwards the peer is the last one in peers_.
DatagramPeers::Peer& DatagramPeers::peer(const SocketAddress& from, Clock::time_point now) {
  now_ = now;
  const Key key(from);
  if (const auto found = places_.find(key); found != places_.end()) {
    peers_.splice(peers_.end(), peers_, found->second);
    peers_.back().heard = now;
    return peers_.back();
  }
  if (peers_.size() >= limits_.peers) forget(peers_.begin(), End::by_server, now);
  std::list<Peer> added;
  Peer& peer = added.emplace_back(key, Client{++last_id_, to_endpoint(from, Transport::udp)}, now);
  peer.session = service_.open(peer.client, observer_);
  if (faults_.any() && share_.has_next()) peer.faulty_end.emplace(faults_);
  places_.emplace(key, added.begin());
  peers_.splice(peers_.end(), added);
  ++served_;
  observer_.connected(peer.client);
  return peer;
}

void DatagramPeers::forget(Place place, End why, Clock::time_point now) {
  using std::chrono::milliseconds;
  std::string nobody_reads_it;
  try {
    place->session->on_end(why, nobody_reads_it);
  } catch (const std::exception&) {  // the peer is forgotten anyway
  }
  observer_.closed(place->client,
                   {.why = why,
                    .bytes_in = place->bytes_in,
                    .bytes_out = place->bytes_out,
                    .duration = std::chrono::duration_cast<milliseconds>(now - place->since)});
  places_.erase(place->key);
  peers_.erase(place);
}

void DatagramPeers::forget_silent(Clock::time_point now) {
  now_ = now;
  while (deadline() <= now) forget(peers_.begin(), End::idle, now);
}

Clock::time_point DatagramPeers::deadline() const {
  return peers_.empty() ? no_deadline : peers_.front().heard + limits_.silence;
}

void DatagramPeers::end() {
  while (!peers_.empty()) forget(peers_.begin(), End::stopped, now_);
}

}  // namespace sock
