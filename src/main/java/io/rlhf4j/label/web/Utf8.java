package io.rlhf4j.label.web;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** UTF-8 read strictly: broken bytes are refused, never silently replaced. */
final class Utf8 {
  private Utf8() {}

  static String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new Refusal(400, "The text sent is not UTF-8; nothing was stored.");
    }
  }
}
