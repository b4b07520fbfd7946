// SPDX-License-Identifier: GPL-2.0-or-later
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** What the signer and the checkers share: parsing, ids, keys. */
final class Tools {
    static final String DS = "http://www.w3.org/2000/09/xmldsig#";
    static final String WSU =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
    static final String XML = "http://www.w3.org/XML/1998/namespace";

    private Tools() {
    }

    static DocumentBuilder builder() throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder();
    }

    static Document parse(byte[] octets) throws Exception {
        DocumentBuilder builder = builder();
        builder.setErrorHandler(null);
        Document document = builder.parse(new ByteArrayInputStream(octets));
        markIds(document.getDocumentElement());
        return document;
    }

    /** Tells the DOM which attributes are ids, as no schema does it. */
    static void markIds(Element element) {
        NamedNodeMap attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Attr attribute = (Attr) attributes.item(i);
            String uri = attribute.getNamespaceURI();
            String name = attribute.getLocalName() != null ? attribute.getLocalName()
                                                           : attribute.getName();
            boolean id = uri == null
                ? name.equals("Id") || name.equals("ID") || name.equals("AssertionID")
                : uri.equals(WSU) && name.equals("Id") || uri.equals(XML) && name.equals("id");
            if (id) {
                element.setIdAttributeNode(attribute, true);
            }
        }
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child.getNodeType() == Node.ELEMENT_NODE) {
                markIds((Element) child);
            }
        }
    }

    /** Every ds:Signature in document order. */
    static List<Element> signatures(Document document) {
        NodeList found = document.getElementsByTagNameNS(DS, "Signature");
        List<Element> list = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            list.add((Element) found.item(i));
        }
        return list;
    }

    static Element child(Element parent, String localName) {
        for (Node n = parent.getFirstChild(); n != null; n = n.getNextSibling()) {
            if (n.getNodeType() == Node.ELEMENT_NODE && localName.equals(n.getLocalName())
                && DS.equals(n.getNamespaceURI())) {
                return (Element) n;
            }
        }
        return null;
    }

    static String hex(byte[] octets) {
        StringBuilder text = new StringBuilder();
        for (byte b : octets) {
            text.append(String.format("%02x", b));
        }
        return text.toString();
    }

    static byte[] unhex(String text) {
        byte[] octets = new byte[text.length() / 2];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) Integer.parseInt(text.substring(2 * i, 2 * i + 2), 16);
        }
        return octets;
    }

    static X509Certificate certificate(Path keys, String name) throws Exception {
        try (InputStream in = Files.newInputStream(keys.resolve(name + ".crt.pem"))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    static PrivateKey privateKey(Path keys, String name) throws Exception {
        String pem = Files.readString(keys.resolve(name + ".key.pem"));
        byte[] der = Base64.getMimeDecoder().decode(
            pem.replaceAll("-----[A-Z ]*-----", "").replaceAll("\\s", ""));
        String algorithm = certificate(keys, name).getPublicKey().getAlgorithm();
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    /** "hmac:HEX" is a secret, "cert:NAME" the key pair of keys/NAME.*.pem. */
    static Key key(Path keys, String spec, boolean forSigning) throws Exception {
        String value = spec.substring(spec.indexOf(':') + 1);
        if (spec.startsWith("hmac:")) {
            return new SecretKeySpec(unhex(value), "HmacSHA1");
        }
        if (!spec.startsWith("cert:")) {
            throw new IOException("key " + spec);
        }
        return forSigning ? privateKey(keys, value) : certificate(keys, value).getPublicKey();
    }

    /** One line of plain words for a table. */
    static String words(Throwable error) {
        StringBuilder text = new StringBuilder();
        for (Throwable t = error; t != null; t = t.getCause()) {
            text.append(text.length() > 0 ? " <- " : "").append(t.getClass().getSimpleName())
                .append(": ").append(String.valueOf(t.getMessage()).replaceAll("\\s+", " "));
        }
        return text.toString();
    }
}
