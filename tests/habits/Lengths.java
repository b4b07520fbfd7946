// SPDX-License-Identifier: GPL-2.0-or-later
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.cert.CertificateFactory;
import javax.crypto.spec.SecretKeySpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.xml.security.encryption.EncryptedData;
import org.apache.xml.security.encryption.EncryptedKey;
import org.apache.xml.security.encryption.XMLCipher;
import org.apache.xml.security.keys.KeyInfo;
import org.apache.xml.security.keys.content.X509Data;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * What Santuario does with keys whose length is not the announced algorithm's: Java takes the size of AES from the key.
 *   Lengths CERTIFICATE PRIVATE_KEY_LINE FOLDER
 * A line for each message: file, plaintext of the Body's content, line of the key file.
 */
public final class Lengths {
    private static final String XENC = "http://www.w3.org/2001/04/xmlenc#";
    private static final String XENC11 = "http://www.w3.org/2009/xmlenc11#";
    private static final String PLAIN = "<e:plain xmlns:e=\"urn:e\" a=\"1\">K\u00f6ln</e:plain>";
    private static java.security.cert.X509Certificate certificate;
    private static Path folder;

    private Lengths() {
    }

    private static byte[] octets(int length, int seed) {
        byte[] all = new byte[length];
        for (int i = 0; i < length; i++) {
            all[i] = (byte) (31 * i + seed);
        }
        return all;
    }

    private static String hex(byte[] octets) {
        StringBuilder text = new StringBuilder();
        for (byte b : octets) {
            text.append(String.format("%02x", b));
        }
        return text.toString();
    }

    private static Document parse() throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        String text = "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header/><s:Body>" + PLAIN
            + "</s:Body></s:Envelope>";
        return factory.newDocumentBuilder().parse(new java.io.ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] write(Document document) throws Exception {
        Transformer transformer = TransformerFactory.newInstance().newTransformer();
        transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        transformer.transform(new DOMSource(document), new StreamResult(out));
        return out.toByteArray();
    }

    /** kek null: wrapped for the certificate, which the EncryptedKey names. */
    private static void one(String name, String algorithm, byte[] content, String wrap, byte[] kek, String line) throws Exception {
        Key key = new SecretKeySpec(content, "AES");
        Key wrapKey = kek != null ? new SecretKeySpec(kek, "AES") : certificate.getPublicKey();
        Document document = parse();
        XMLCipher wrapper = XMLCipher.getInstance(wrap);
        wrapper.init(XMLCipher.WRAP_MODE, wrapKey);
        EncryptedKey wrapped = wrapper.encryptKey(document, key);
        KeyInfo owner = new KeyInfo(document);
        if (kek != null) {
            owner.addKeyName("kek");
        } else {
            X509Data data = new X509Data(document);
            data.addCertificate(certificate);
            owner.add(data);
        }
        wrapped.setKeyInfo(owner);
        XMLCipher cipher = XMLCipher.getInstance(algorithm);
        cipher.init(XMLCipher.ENCRYPT_MODE, key);
        EncryptedData data = cipher.getEncryptedData();
        KeyInfo info = new KeyInfo(document);
        info.add(wrapped);
        data.setKeyInfo(info);
        cipher.doFinal(document, (Element) document.getDocumentElement().getLastChild(), true);
        Files.write(folder.resolve(name), write(document));
        System.out.println(name + "\t" + PLAIN + "\t" + line);
    }

    public static void main(String[] args) throws Exception {
        System.setProperty("org.apache.xml.security.ignoreLineBreaks", "true");
        org.apache.xml.security.Init.init();
        try (InputStream in = Files.newInputStream(Path.of(args[0]))) {
            certificate = (java.security.cert.X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
        folder = Path.of(args[2]);
        int[] lengths = {16, 24, 32};
        for (int announced : lengths) {
            for (int used : lengths) {
                if (announced == used) {
                    continue;
                }
                String pair = announced * 8 + "-with-" + used * 8 + ".xml";
                one("cbc-" + pair, XENC + "aes" + announced * 8 + "-cbc", octets(used, 1), XENC + "rsa-oaep-mgf1p", null, args[1]);
                one("gcm-" + pair, XENC11 + "aes" + announced * 8 + "-gcm", octets(used, 2), XENC + "rsa-oaep-mgf1p", null, args[1]);
                one("kw-" + pair, XENC + "aes128-cbc", octets(16, 3), XENC + "kw-aes" + announced * 8, octets(used, 4),
                    "KEY_NAME kek " + hex(octets(used, 4)));
            }
        }
    }
}
