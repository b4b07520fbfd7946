// SPDX-License-Identifier: GPL-2.0-or-later
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.xml.security.signature.XMLSignature;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/** Santuario: parse, tell which attributes are ids, verify; with "parsed" verify alone. As in bench.h. */
public final class BenchSantuario {
    private static final String DS = "http://www.w3.org/2000/09/xmldsig#";

    private static final class Message {
        private String file;
        private byte[] octets;
        private SecretKey key;
        private Document document; // null: parsed while the clock runs
    }

    private final DocumentBuilder builder;

    private BenchSantuario() throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        builder = factory.newDocumentBuilder();
    }

    private static void markIds(Element element) {
        NamedNodeMap attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Attr attribute = (Attr) attributes.item(i);
            if ("Id".equals(attribute.getLocalName())) {
                element.setIdAttributeNode(attribute, true);
            }
        }
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child.getNodeType() == Node.ELEMENT_NODE) {
                markIds((Element) child);
            }
        }
    }

    private Document parse(Message message) throws Exception {
        Document document = builder.parse(new ByteArrayInputStream(message.octets));
        markIds(document.getDocumentElement());
        return document;
    }

    private boolean verify(Message message) throws Exception {
        Document document = message.document != null ? message.document : parse(message);
        Element element = (Element) document.getElementsByTagNameNS(DS, "Signature").item(0);
        return new XMLSignature(element, "", false).checkSignatureValue(message.key);
    }

    private static List<Message> load(String table) throws Exception {
        List<Message> messages = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(table))) {
            String[] fields = line.split("\t");
            Message message = new Message();
            message.file = fields[0];
            message.octets = Files.readAllBytes(Path.of(fields[0]));
            byte[] key = new byte[fields[1].length() / 2];
            for (int i = 0; i < key.length; i++) {
                key[i] = (byte) Integer.parseInt(fields[1].substring(2 * i, 2 * i + 2), 16);
            }
            message.key = new SecretKeySpec(key, "HmacSHA1");
            messages.add(message);
        }
        return messages;
    }

    public static void main(String[] args) throws Exception {
        org.apache.xml.security.Init.init();
        BenchSantuario bench = new BenchSantuario();
        List<Message> messages = load(args[0]);
        for (Message message : messages) {
            message.document = args.length > 1 ? bench.parse(message) : null;
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            long start = System.nanoTime();
            long end = start + (long) (Double.parseDouble(line) * 1e9);
            long now = start;
            long count = 0;
            while (now < end) {
                for (Message message : messages) {
                    if (!bench.verify(message)) {
                        throw new IllegalStateException(message.file + " is not valid");
                    }
                }
                count += messages.size();
                now = System.nanoTime();
            }
            System.out.printf(Locale.ROOT, "%.1f%n", count * 1e9 / (now - start));
            System.out.flush();
        }
    }
}
