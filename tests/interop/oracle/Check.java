// SPDX-License-Identifier: GPL-2.0-or-later
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.xml.security.signature.XMLSignature;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Santuario's own verdict about every signature of a message, with the keys it is given. */
final class Check {
    private Check() {
    }

    /** specs: one key for each signature in document order, "-" where it is not to be checked. */
    static String check(Path file, Path keys, String[] specs) {
        StringBuilder verdicts = new StringBuilder();
        try {
            int count = Tools.signatures(Tools.parse(Files.readAllBytes(file))).size();
            for (int i = 0; i < Math.max(count, specs.length); i++) {
                verdicts.append(i > 0 ? "\t" : "");
                verdicts.append(i < specs.length && i < count ? one(file, keys, i, specs[i]) : "-");
            }
        } catch (Exception error) {
            return "error: " + Tools.words(error);
        }
        return verdicts.toString();
    }

    private static String one(Path file, Path keys, int position, String spec) throws Exception {
        if (spec.equals("-")) {
            return "-";
        }
        Document document = Tools.parse(Files.readAllBytes(file));
        List<Element> found = Tools.signatures(document);
        try {
            XMLSignature signature = new XMLSignature(found.get(position), "", false);
            return signature.checkSignatureValue(Tools.key(keys, spec, false)) ? "valid" : "invalid";
        } catch (Exception error) {
            return "error: " + Tools.words(error);
        }
    }
}
