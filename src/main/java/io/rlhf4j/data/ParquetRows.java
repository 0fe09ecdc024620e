package io.rlhf4j.data;

import com.jerolba.carpet.CarpetReader;
import com.jerolba.carpet.CloseableIterator;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** The rows of a Parquet file; of the file itself, one row group at a time is in memory. */
final class ParquetRows {
  private static final String MAGIC = "PAR1";

  private ParquetRows() {}

  /** Gives the rows in order, each knowing its number, from 1. */
  static void forEach(Path file, Consumer<JsonValue> taker) {
    requireMagic(file);
    long number = 0;
    try (CloseableIterator<?> rows = new CarpetReader<>(file.toFile(), Map.class).iterator()) {
      while (true) {
        Object row;
        try {
          if (!rows.hasNext()) {
            return;
          }
          row = rows.next();
        } catch (RuntimeException | LinkageError e) { // the latter for codecs that are not there
          throw broken(file, number, e);
        }
        number++;
        taker.accept(new JsonValue(file + ", row " + number, "", ColumnarValue.json(row)));
      }
    } catch (InputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw broken(file, number, e);
    }
  }

  private static void requireMagic(Path file) {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
      byte[] found = new byte[4];
      long last = bytes.length() - found.length;
      for (long at : new long[] {0, last}) {
        if (last < 8) {
          throw notParquet(file);
        }
        bytes.seek(at);
        bytes.readFully(found);
        if (!new String(found, StandardCharsets.ISO_8859_1).equals(MAGIC)) {
          throw notParquet(file);
        }
      }
    } catch (FileNotFoundException e) {
      throw new InputException("there is no file " + file, e);
    } catch (IOException e) {
      throw new InputException("cannot read %s: %s".formatted(file, AtomicFile.reason(e)), e);
    }
  }

  private static InputException notParquet(Path file) {
    return new InputException(
        "%s: a Parquet file begins and ends with %s, this one does not; if it was cut, copy it again"
            .formatted(file, MAGIC));
  }

  private static InputException broken(Path file, long number, Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return new InputException(
        "%s, row %d: cannot be read as Parquet: %s; columns may be packed by snappy, gzip, zstd or"
                .formatted(file, number + 1, cause.getMessage())
            + " lz4, and a file that was cut must be copied again",
        e);
  }
}
