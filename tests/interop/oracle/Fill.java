// SPDX-License-Identifier: GPL-2.0-or-later
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import org.apache.xml.security.algorithms.SignatureAlgorithm;
import org.apache.xml.security.signature.SignedInfo;
import org.apache.xml.security.signature.XMLSignature;
import org.apache.xml.security.utils.SignerOutputStream;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Signs a message that was written by hand: digests and values go into the text where it says
 * @@DV:sig:n@@ and @@SV:sig@@, and not one other octet changes. So CDATA, character references and
 * line ends stay as written.
 */
final class Fill {
    private Fill() {
    }

    /** signers: "a=hmac:HEX" in the order of signing. */
    static void fill(Path file, String charset, Path keys, String[] signers) throws Exception {
        Charset encoding = Charset.forName(charset);
        String text = new String(Files.readAllBytes(file), encoding);
        for (String signer : signers) {
            String name = signer.substring(0, signer.indexOf('='));
            Key key = Tools.key(keys, signer.substring(signer.indexOf('=') + 1), true);
            text = digests(text, encoding, name);
            text = value(text, encoding, name, key);
        }
        Files.write(file, text.getBytes(encoding));
    }

    private static XMLSignature find(String text, Charset encoding, String name) throws Exception {
        Document document = Tools.parse(text.getBytes(encoding));
        for (Element element : Tools.signatures(document)) {
            String value = Tools.child(element, "SignatureValue").getTextContent();
            if (value.contains("@@SV:" + name + "@@")) {
                return new XMLSignature(element, "", false);
            }
        }
        throw new IllegalStateException("no signature " + name);
    }

    private static String digests(String text, Charset encoding, String name) throws Exception {
        SignedInfo info = find(text, encoding, name).getSignedInfo();
        for (int i = 0; i < info.getLength(); i++) {
            info.item(i).generateDigestValue();
        }
        for (int i = 0; i < info.getLength(); i++) {
            String digest = Base64.getEncoder().encodeToString(info.item(i).getDigestValue());
            text = text.replace("@@DV:" + name + ":" + (i + 1) + "@@", digest);
        }
        return text;
    }

    private static String value(String text, Charset encoding, String name, Key key)
        throws Exception {
        XMLSignature signature = find(text, encoding, name);
        SignedInfo info = signature.getSignedInfo();
        byte[] value = truncated(info, key);
        if (value == null) {
            SignatureAlgorithm algorithm = info.getSignatureAlgorithm();
            algorithm.initSign(key);
            SignerOutputStream out = new SignerOutputStream(algorithm);
            info.signInOctetStream(out);
            value = algorithm.sign();
        }
        return text.replace("@@SV:" + name + "@@", Base64.getEncoder().encodeToString(value));
    }

    /** Santuario makes no truncated HMAC, so that one is cut here; null when none is asked for. */
    private static byte[] truncated(SignedInfo info, Key key) throws Exception {
        Element method = info.getSignatureMethodElement();
        Element length = Tools.child(method, "HMACOutputLength");
        if (length == null) {
            return null;
        }
        String uri = method.getAttributeNS(null, "Algorithm");
        Mac mac = Mac.getInstance("Hmac" + uri.substring(uri.lastIndexOf("sha")).toUpperCase());
        mac.init(key);
        byte[] whole = mac.doFinal(info.getCanonicalizedOctetStream());
        int bits = Integer.parseInt(length.getTextContent().trim());
        return Arrays.copyOf(whole, Math.min(whole.length, bits / 8));
    }
}
