// SPDX-License-Identifier: GPL-2.0-or-later
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The Java half of the corpus maker. Jobs come as a table, one a line, fields parted by tabs:
 *   fill        keys jobs     FILE CHARSET SIGNER...    signs in place
 *   check       keys jobs     FILE KEY...               Santuario's verdict of each signature
 *   encrypt     keys folder                             writes encrypted messages, tells what is inside
 *   wss4j-make  keys folder                             writes messages, their keys and signers
 *   wss4j-check keys jobs     FILE KEYFILE              WSS4J's verdict about the message
 */
public final class Oracle {
    private Oracle() {
    }

    public static void main(String[] args) throws Exception {
        // Without this, long base64 values get carriage returns, which would be signed.
        System.setProperty("org.apache.xml.security.ignoreLineBreaks", "true");
        org.apache.xml.security.Init.init();
        Path keys = Path.of(args[1]);
        if (args[0].equals("wss4j-make")) {
            new Wss4jMake(keys, Path.of(args[2])).all();
            return;
        }
        if (args[0].equals("encrypt")) {
            new Encrypt(keys, Path.of(args[2])).all();
            return;
        }
        for (String line : Files.readAllLines(Path.of(args[2]))) {
            String[] job = line.split("\t");
            job(args[0], keys, job);
        }
    }

    private static void job(String command, Path keys, String[] job) {
        Path file = Path.of(job[0]);
        String name = file.getFileName().toString();
        switch (command) {
        case "fill":
            try {
                Fill.fill(file, job[1], keys, Arrays.copyOfRange(job, 2, job.length));
                System.out.println(name + "\tsigned");
            } catch (Exception error) {
                System.out.println(name + "\terror: " + Tools.words(error));
            }
            break;
        case "check":
            System.out.println(name + "\t"
                + Check.check(file, keys, Arrays.copyOfRange(job, 1, job.length)));
            break;
        case "wss4j-check":
            System.out.println(name + "\t" + Wss4jCheck.check(file, keys, Path.of(job[1])));
            break;
        default:
            throw new IllegalArgumentException(command);
        }
    }
}
