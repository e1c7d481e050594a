import Foundation
import Oriel

// Publishes the desktop to a browser by copy and paste, without any server: open publish.html, in this file's folder, and
// follow the instructions of both. `--rtp-dump FILE.pcap` records the RTP and RTCP for Wireshark.

do {
  var configuration = RTCConfiguration()
  let arguments = Array(CommandLine.arguments.dropFirst())
  if arguments.count == 2, arguments[0] == "--rtp-dump" {
    configuration.rtpDump = try RTPDump(path: arguments[1])
  } else if !arguments.isEmpty {
    fail("usage: oriel-publish [--rtp-dump FILE.pcap]", status: 64)
  }

  let stream = try await MediaDevices.getDisplayMedia()
  let connection = try await RTCPeerConnection(configuration)
  let events = connection.events
  for track in stream.getTracks() { _ = try await connection.addTrack(track, stream) }

  try await connection.setLocalDescription()
  for await event in events {
    if case .icegatheringstatechange(.complete) = event { break }
  }
  print(await connection.localDescription?.sdp ?? "")
  print("Paste the above into publish.html, then paste its answer here, with an empty line at the end:")
  fflush(nil)

  var answer = ""
  while let line = readLine(), !line.isEmpty { answer += line + "\r\n" }
  try await connection.setRemoteDescription(RTCSessionDescriptionInit(type: .answer, sdp: answer))

  for await event in events {
    guard case .connectionstatechange(let state, let error) = event else { continue }
    print(error.map { "\(state): \($0.message)" } ?? state.rawValue)
    fflush(nil)
    if state == .failed || state == .disconnected { break }
  }
  await connection.close()
  configuration.rtpDump?.close()
} catch {
  fail("oriel-publish: \(error)", status: 69)
}

func fail(_ message: String, status: Int32) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(status)
}
