// SPDX-License-Identifier: GPL-2.0-or-later
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.ws.security.WSConstants;
import org.apache.ws.security.WSPasswordCallback;
import org.apache.ws.security.WSSConfig;
import org.apache.ws.security.WSSecurityEngine;
import org.apache.ws.security.WSSecurityEngineResult;
import org.apache.ws.security.handler.WSHandlerConstants;
import org.apache.ws.security.handler.WSHandlerResult;
import org.apache.ws.security.validate.Validator;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** A receiver: WSS4J checks a message under the key that its service knows, and the guide's snippet is called. */
final class Receive {
    private Receive() {
    }

    private static byte[] unhex(String text) {
        byte[] out = new byte[text.length() / 2];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) Integer.parseInt(text.substring(2 * i, 2 * i + 2), 16);
        }
        return out;
    }

    private static List<WSSecurityEngineResult> check(Document document, byte[] key) throws Exception {
        CallbackHandler answers = (Callback[] callbacks) -> {
            for (Callback callback : callbacks) {
                ((WSPasswordCallback) callback).setKey(key);
            }
        };
        Element header = (Element) document.getElementsByTagNameNS(WSConstants.WSSE_NS, "Security").item(0);
        WSSConfig config = WSSConfig.getNewInstance();
        config.setWsiBSPCompliant(false);
        Validator indifferent = (credential, data) -> credential; // the messages are old, the key has no certificate
        config.setValidator(WSSecurityEngine.TIMESTAMP, indifferent);
        config.setValidator(WSSecurityEngine.SIGNATURE, indifferent);
        WSSecurityEngine engine = new WSSecurityEngine();
        engine.setWssConfig(config);
        return engine.processSecurityHeader(header, answers, null, null);
    }

    /** Receive KEY_AS_HEXADECIMAL MESSAGE: prints what the snippet writes. */
    public static void main(String[] args) throws Exception {
        Path path = Paths.get(args[1]);
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document document = factory.newDocumentBuilder().parse(Files.newInputStream(path));
        List<WSHandlerResult> handled = new ArrayList<>();
        handled.add(new WSHandlerResult("", check(document, unhex(args[0]))));
        Map<String, Object> message = new HashMap<>();
        message.put(WSHandlerConstants.RECV_RESULTS, handled);
        Snippet.called(message, System.out);
    }
}
