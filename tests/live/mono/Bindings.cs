// SPDX-License-Identifier: GPL-2.0-or-later
// One binding a case. What Mono has no working form of (sessions of WS-SecureConversation, TLS over net.tcp) is not here.
using System;
using System.IO;
using System.IdentityModel.Selectors;
using System.Security.Cryptography.X509Certificates;
using System.ServiceModel;
using System.ServiceModel.Channels;
using System.ServiceModel.Description;
using System.ServiceModel.Security;
using System.Text;

public static class Bindings
{
    const int MaxOctets = 4 << 20;

    public static bool IsSecured(string name) { return name.StartsWith("secured-"); }
    public static bool IsTcp(string name) { return name.StartsWith("tcp-"); }

    public static Binding Make(string name)
    {
        switch (name)
        {
            case "tcp-buffered": return Tcp(TransferMode.Buffered);
            case "tcp-streamed": return Tcp(TransferMode.Streamed);
            case "tcp-text": return Tcp(new TextMessageEncodingBindingElement(MessageVersion.Soap12WSAddressing10, Encoding.UTF8));
            case "tcp-mtom": return Tcp(Mtom());
            case "http-text11": return new BasicHttpBinding { MaxReceivedMessageSize = MaxOctets };
            case "http-text12": return new WSHttpBinding(SecurityMode.None) { MaxReceivedMessageSize = MaxOctets };
            case "http-binary": return Http(Binary());
            case "http-mtom": return Http(Mtom());
            case "secured-anonymous": return Secured(SecurityBindingElement.CreateAnonymousForCertificateBindingElement());
            case "secured-username": return Secured(SecurityBindingElement.CreateUserNameForCertificateBindingElement());
            case "secured-mutual": return Secured(SecurityBindingElement.CreateMutualCertificateBindingElement());
            default: throw new ArgumentException("no such case: " + name);
        }
    }

    static Binding Tcp(TransferMode mode)
    {
        var binding = new NetTcpBinding(SecurityMode.None) { TransferMode = mode, MaxReceivedMessageSize = MaxOctets };
        binding.ReaderQuotas.MaxArrayLength = MaxOctets;
        return binding;
    }

    static Binding Tcp(MessageEncodingBindingElement encoding)
    {
        return new CustomBinding(encoding, new TcpTransportBindingElement { MaxReceivedMessageSize = MaxOctets });
    }

    static MessageEncodingBindingElement Mtom()
    {
        return new MtomMessageEncodingBindingElement(MessageVersion.Soap12WSAddressing10, Encoding.UTF8);
    }

    static MessageEncodingBindingElement Binary()
    {
        var encoding = new BinaryMessageEncodingBindingElement();
        encoding.ReaderQuotas.MaxArrayLength = MaxOctets;
        return encoding;
    }

    static Binding Http(MessageEncodingBindingElement encoding)
    {
        return new CustomBinding(encoding, new HttpTransportBindingElement { MaxReceivedMessageSize = MaxOctets });
    }

    static Binding Secured(SecurityBindingElement security)
    {
        return new CustomBinding(security, new TextMessageEncodingBindingElement(MessageVersion.Soap12WSAddressing10, Encoding.UTF8),
            new HttpTransportBindingElement { MaxReceivedMessageSize = MaxOctets });
    }

    // ---- credentials ----

    class AnyCertificate : X509CertificateValidator { public override void Validate(X509Certificate2 certificate) { } }

    class OnePassword : UserNamePasswordValidator
    {
        public override void Validate(string user, string password)
        {
            if (user != "alice" || password != "live-password")
                throw new UnauthorizedAccessException("wrong password");
        }
    }

    static X509Certificate2 WithKey(string folder, string name)
    {
        return new X509Certificate2(Path.Combine(folder, name + ".pfx"), "live", X509KeyStorageFlags.Exportable);
    }

    static void Trust(X509ServiceCertificateAuthentication authentication)
    {
        authentication.CertificateValidationMode = X509CertificateValidationMode.Custom;
        authentication.CustomCertificateValidator = new AnyCertificate();
        authentication.RevocationMode = X509RevocationMode.NoCheck;
    }

    public static void Fill(ServiceHost host, string folder)
    {
        ServiceCredentials credentials = host.Credentials;
        credentials.ServiceCertificate.Certificate = WithKey(folder, "server");
        credentials.ClientCertificate.Authentication.CertificateValidationMode = X509CertificateValidationMode.Custom;
        credentials.ClientCertificate.Authentication.CustomCertificateValidator = new AnyCertificate();
        credentials.ClientCertificate.Authentication.RevocationMode = X509RevocationMode.NoCheck;
        credentials.UserNameAuthentication.UserNamePasswordValidationMode = UserNamePasswordValidationMode.Custom;
        credentials.UserNameAuthentication.CustomUserNamePasswordValidator = new OnePassword();
        // Mono does not add them by itself.
        if (host.Description.Behaviors.Find<ServiceCredentials>() == null)
            host.Description.Behaviors.Add(credentials);
    }

    public static void Fill(ClientCredentials credentials, string folder)
    {
        credentials.ClientCertificate.Certificate = WithKey(folder, "client");
        credentials.ServiceCertificate.DefaultCertificate = ServerCertificate(folder);
        Trust(credentials.ServiceCertificate.Authentication);
        credentials.UserName.UserName = "alice";
        credentials.UserName.Password = "live-password";
    }

    public static X509Certificate2 ServerCertificate(string folder)
    {
        return new X509Certificate2(File.ReadAllBytes(Path.Combine(folder, "server.cert.pem")));
    }
}
