package io.rlhf4j.train;

import io.rlhf4j.data.InputException;
import io.rlhf4j.train.RunRecord.Input;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The fingerprints of the files that a run reads. */
final class InputHashes {
  private InputHashes() {}

  /** One entry per file, folders standing for all files below them, sorted by path. */
  static List<Input> of(List<Path> paths) {
    List<Input> inputs = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new InputException("input " + path + " does not exist");
      }
      try (Stream<Path> files = Files.walk(path)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          inputs.add(new Input(file.toString(), Files.size(file), sha256(file)));
        }
      } catch (IOException e) {
        throw new InputException("cannot read " + path + ": " + e.getMessage(), e);
      }
    }
    return inputs;
  }

  static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
