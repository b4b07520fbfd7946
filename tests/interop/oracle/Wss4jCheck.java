// SPDX-License-Identifier: GPL-2.0-or-later
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import org.apache.ws.security.WSConstants;
import org.apache.ws.security.WSPasswordCallback;
import org.apache.ws.security.WSSConfig;
import org.apache.ws.security.WSSecurityEngine;
import org.apache.ws.security.WSSecurityEngineResult;
import org.apache.ws.security.components.crypto.Crypto;
import org.apache.ws.security.components.crypto.Merlin;
import org.apache.ws.security.validate.Validator;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** WSS4J's own verdict about a message, with the keys of a wssc key file. */
final class Wss4jCheck {
    static final long NOW = 1792065600000L; // the moment at which every message of the corpus is made
    private static final String PASSWORD = "corpus";
    private static Crypto crypto;

    private Wss4jCheck() {
    }

    static WSSConfig config() {
        WSSConfig config = WSSConfig.getNewInstance();
        config.setCurrentTime(() -> new Date(NOW));
        config.setWsiBSPCompliant(false);
        config.setAllowUsernameTokenNoPassword(true);
        // Whether a message is fresh, or a certificate trusted, is no question of this corpus.
        Validator indifferent = (credential, data) -> credential;
        config.setValidator(WSSecurityEngine.TIMESTAMP, indifferent);
        config.setValidator(WSSecurityEngine.SIGNATURE, indifferent);
        config.setValidator(WSSecurityEngine.USERNAME_TOKEN, indifferent);
        return config;
    }

    /** Every certificate of the corpus; private keys where "rsa-b" is the only recipient. */
    static synchronized Crypto crypto(Path keys) throws Exception {
        if (crypto == null) {
            KeyStore store = KeyStore.getInstance("JKS");
            store.load(null, null);
            try (var files = Files.list(keys)) {
                for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                    String name = file.getFileName().toString();
                    if (name.endsWith(".crt.pem")) {
                        String alias = name.substring(0, name.length() - 8);
                        Certificate[] chain = {Tools.certificate(keys, alias)};
                        store.setKeyEntry(alias, Tools.privateKey(keys, alias),
                            PASSWORD.toCharArray(), chain);
                    }
                }
            }
            Merlin merlin = new Merlin();
            merlin.setKeyStore(store);
            crypto = merlin;
        }
        return crypto;
    }

    static String password() {
        return PASSWORD;
    }

    /** Answers WSS4J's questions from the lines of a key file. */
    private static final class Answers implements CallbackHandler {
        private final Map<String, byte[]> secrets = new HashMap<>();
        private final Map<String, String> passwords = new HashMap<>();

        Answers(Path keyFile) throws IOException {
            for (String line : Files.readAllLines(keyFile)) {
                String[] word = line.split(" ");
                if (word[0].equals("PASSWORD")) {
                    passwords.put(word[1], line.substring(10 + word[1].length()));
                } else if (word[0].equals("SCT") || word[0].equals("TOKEN")) {
                    secrets.put(word[1], Tools.unhex(word[word.length - 1]));
                } else if (word[0].equals("ENCRYPTED_KEY")) {
                    secrets.put(word[1].substring(5), Tools.unhex(word[2]));
                }
            }
        }

        @Override
        public void handle(Callback[] callbacks) {
            for (Callback callback : callbacks) {
                WSPasswordCallback question = (WSPasswordCallback) callback;
                if (question.getUsage() == WSPasswordCallback.DECRYPT) {
                    question.setPassword(PASSWORD);
                } else if (passwords.containsKey(question.getIdentifier())) {
                    question.setPassword(passwords.get(question.getIdentifier()));
                } else {
                    question.setKey(secrets.get(question.getIdentifier()));
                }
            }
        }
    }

    static Element header(Document document) {
        NodeList found = document.getElementsByTagNameNS(WSConstants.WSSE_NS, "Security");
        return (Element) found.item(0);
    }

    private static int signaturesIn(Element header) {
        int count = 0;
        for (Node n = header.getFirstChild(); n != null; n = n.getNextSibling()) {
            count += "Signature".equals(n.getLocalName()) ? 1 : 0;
        }
        return count;
    }

    static String check(Path file, Path keys, Path keyFile) {
        try {
            Document document = Tools.parse(Files.readAllBytes(file));
            WSSecurityEngine engine = new WSSecurityEngine();
            engine.setWssConfig(config());
            List<WSSecurityEngineResult> results = engine.processSecurityHeader(header(document),
                new Answers(keyFile), crypto(keys), crypto(keys));
            int verified = 0;
            for (WSSecurityEngineResult result : results) {
                int action = (Integer) result.get(WSSecurityEngineResult.TAG_ACTION);
                verified += action == WSConstants.SIGN || action == WSConstants.UT_SIGN ? 1 : 0;
            }
            return verified > 0 && verified >= signaturesIn(header(document)) ? "valid" : "nothing";
        } catch (Exception error) {
            return "error: " + Tools.words(error);
        }
    }
}
