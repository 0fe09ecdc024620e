package io.rlhf4j.label.store;

import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * Brings a database to the schema of this program. Flyway does the work; whether there is any is
 * found out here, because asking Flyway takes a good part of a second at each start.
 */
final class Migrations {
  private static final String FOLDER = "io/rlhf4j/label/migrations";
  private static final Pattern NAME = Pattern.compile("V(\\d+)__\\w+\\.sql");

  private Migrations() {}

  static void bringUpToDate(DataSource database, String name) {
    TreeSet<Integer> known = known();
    TreeSet<Integer> installed = installed(database);
    if (!installed.isEmpty() && installed.last() > known.last()) {
      throw new InputException(
          "the database %s has schema %d, written by a newer rlhf4j; this one knows schemas up to %d. Update rlhf4j or choose another database"
              .formatted(name, installed.last(), known.last()));
    }
    if (!installed.containsAll(known)) {
      Flyway.configure()
          .dataSource(database)
          .locations("classpath:" + FOLDER)
          .loggers("slf4j")
          .load()
          .migrate();
    }
  }

  /** Versions that the program has files for. */
  static TreeSet<Integer> known() {
    URL folder = Migrations.class.getClassLoader().getResource(FOLDER);
    if (folder == null) {
      throw new IllegalStateException("the program lacks its own folder " + FOLDER);
    }
    try {
      URI place = folder.toURI();
      if (place.getScheme().equals("jar")) {
        try (FileSystem jar = FileSystems.newFileSystem(place, Map.of())) {
          return versions(jar.getPath(FOLDER));
        }
      }
      return versions(Path.of(place));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TreeSet<Integer> versions(Path folder) throws IOException {
    TreeSet<Integer> versions = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Matcher matcher = NAME.matcher(String.valueOf(file.getFileName()));
        if (matcher.matches()) {
          versions.add(Integer.parseInt(matcher.group(1)));
        }
      }
    }
    return versions;
  }

  /** Versions that the database has, by the table in which Flyway keeps its books. */
  private static TreeSet<Integer> installed(DataSource database) {
    TreeSet<Integer> versions = new TreeSet<>();
    try (Connection connection = database.getConnection();
        ResultSet tables =
            connection.getMetaData().getTables(null, null, "flyway_schema_history", null)) {
      if (!tables.next()) {
        return versions;
      }
      try (Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "SELECT version FROM flyway_schema_history"
                      + " WHERE success AND version IS NOT NULL")) {
        while (rows.next()) {
          versions.add(Integer.parseInt(rows.getString(1)));
        }
      }
      return versions;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
