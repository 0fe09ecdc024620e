package io.rlhf4j.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Text files line by line, plain or gzipped, with broken UTF-8 reported where it stands. */
final class TextLines {
  private static final int BUFFER = 1 << 16;

  private TextLines() {}

  /** Takes one line, without its line end. */
  @FunctionalInterface
  interface Taker {
    /**
     * @param number counts from 1
     */
    void take(int number, String line);
  }

  /** Is told of a line that is not UTF-8. */
  @FunctionalInterface
  interface Mender {
    /**
     * @param mended the line with replacement characters for what cannot be read
     */
    void found(int number, String mended, InputException complaint);
  }

  /** Gives every line of the file, in order; a name that ends in .gz is unpacked. */
  static void forEach(Path file, Taker taker) {
    forEach(
        file,
        taker,
        (number, mended, complaint) -> {
          throw complaint;
        });
  }

  /** The same; lines that are not UTF-8 go to the mender in place of the taker. */
  static void forEach(Path file, Taker taker, Mender mender) {
    int number = 0;
    try (InputStream in = open(file)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        int start = 0;
        for (int i = 0; i < read; i++) {
          if (buffer[i] == '\n') {
            line.write(buffer, start, i - start);
            number++;
            give(file, number, line.toByteArray(), taker, mender);
            line.reset();
            start = i + 1;
          }
        }
        line.write(buffer, start, read - start);
      }
      if (line.size() > 0) {
        number++;
        give(file, number, line.toByteArray(), taker, mender);
      }
    } catch (NoSuchFileException e) {
      throw new InputException("there is no file " + file, e);
    } catch (IOException e) {
      throw new InputException(
          "cannot read %s after line %d: %s".formatted(file, number, AtomicFile.reason(e)), e);
    }
  }

  /** The whole text of a file, with every line end as {@code \n}. */
  static String all(Path file) {
    StringBuilder text = new StringBuilder();
    forEach(file, (number, line) -> text.append(line).append('\n'));
    return text.toString();
  }

  private static InputStream open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      return file.toString().endsWith(".gz")
          ? new BufferedInputStream(new GZIPInputStream(in, BUFFER))
          : in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static void give(Path file, int number, byte[] bytes, Taker taker, Mender mender) {
    String line;
    try {
      line = decode(file, number, bytes);
    } catch (InputException notUtf8) {
      String mended = new String(bytes, StandardCharsets.UTF_8);
      mender.found(
          number,
          mended.endsWith("\r") ? mended.substring(0, mended.length() - 1) : mended,
          notUtf8);
      return;
    }
    taker.take(number, line);
  }

  private static String decode(Path file, int number, byte[] bytes) {
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\r') {
      length--;
    }
    // Some editors put a byte order mark in front of the first line.
    boolean marked =
        number == 1
            && length >= 3
            && bytes[0] == (byte) 0xEF
            && bytes[1] == (byte) 0xBB
            && bytes[2] == (byte) 0xBF;
    int start = marked ? 3 : 0;
    ByteBuffer in = ByteBuffer.wrap(bytes, start, length - start);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(in)
          .toString();
    } catch (CharacterCodingException e) {
      throw new InputException(
          "%s:%d: the text is not UTF-8: byte %d of the line is 0x%02x; save the file as UTF-8"
              .formatted(file, number, in.position() + 1, bytes[in.position()]),
          e);
    }
  }
}
