package io.rlhf4j.model;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes safetensors files byte by byte, right ones and wrong ones. */
final class SafetensorsBytes {
  private SafetensorsBytes() {}

  static byte[] of(String header, byte... data) {
    return of(header.getBytes(StandardCharsets.UTF_8), data);
  }

  static byte[] of(byte[] header, byte... data) {
    return ofLength(header.length, header, data);
  }

  static byte[] ofLength(long length, byte[] header, byte... data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
    out.writeBytes(header);
    out.writeBytes(data);
    return out.toByteArray();
  }
}
