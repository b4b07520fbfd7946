// SPDX-License-Identifier: GPL-2.0-or-later
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.ws.security.WSConstants;
import org.apache.ws.security.WSSConfig;
import org.apache.ws.security.message.WSSecHeader;
import org.apache.ws.security.message.WSSecUsernameToken;
import org.w3c.dom.Document;

/** UsernameTokens that WSS4J makes: Passwords FOLDER. */
public final class Passwords {
    private Passwords() {
    }

    private static void one(Path file, String type, String password, boolean isEncoded) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        String text = "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body><a xmlns=\"urn:a\"/></s:Body>"
            + "</s:Envelope>";
        Document document =
            factory.newDocumentBuilder().parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        WSSecHeader header = new WSSecHeader();
        header.insertSecurityHeader(document);
        WSSecUsernameToken token = new WSSecUsernameToken(WSSConfig.getNewInstance());
        token.setPasswordType(type);
        token.setPasswordsAreEncoded(isEncoded);
        token.setUserInfo("K\u00f6nig", password);
        token.build(document, header);
        Transformer transformer = TransformerFactory.newInstance().newTransformer();
        transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        transformer.transform(new DOMSource(document), new StreamResult(out));
        Files.write(file, out.toByteArray());
    }

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        String password = "g\u00e4nse\u2014bl\u00fcmchen";
        byte[] hash = MessageDigest.getInstance("SHA-1").digest(password.getBytes(StandardCharsets.UTF_8));
        one(folder.resolve("wss4j-digest.xml"), WSConstants.PASSWORD_DIGEST, password, false);
        one(folder.resolve("wss4j-text.xml"), WSConstants.PASSWORD_TEXT, password, false);
        one(folder.resolve("wss4j-digest-of-hash.xml"), WSConstants.PASSWORD_DIGEST, Base64.getEncoder().encodeToString(hash), true);
    }
}
