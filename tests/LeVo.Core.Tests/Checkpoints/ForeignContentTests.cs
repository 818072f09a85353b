using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using LeVo.Core.Checkpoints;
using LeVo.Core.Configuration;

namespace LeVo.Core.Tests.Checkpoints;

public sealed class ForeignContentTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<byte[], string, string> Files => new()
    {
        {
            Text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 14959842\n"), "Git LFS pointer",
            "14959842 bytes itself; run 'git lfs pull'"
        },
        { Text("version https://git-lfs.github.com/spec/v1\n"), "Git LFS pointer", "download the file" },
        { Text("<!DOCTYPE html><html><body>Sign in</body></html>"), "web page", "download it again" },
        { Text("\n\n  <HTML><head>"), "web page", "download it again" },
        { Text("<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"), "XML", "download it again" },
        { Text("{\"error\":\"Repository not found\"}"), "server's error message", "download it again" },
        { [], "is empty", "download or copy it again" },
        { new byte[100], "zeros", "download it again" },
        { Packed(), "gzip", "unpack it" },
        { [.. "BZh9"u8, 1, 2, 3, 4, 5, 6, 7, 8], "bzip2", "unpack it" },
        { [0xFD, .. "7zXZ"u8, 0, 0, 0, 0, 0], "xz", "unpack it" },
        { [0x28, 0xB5, 0x2F, 0xFD, 0, 0, 0, 0, 0, 0], "zstd", "unpack it" },
        { Tarred(), "tar archive", "newer PyTorch" },
        { [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, (byte)'.'], "before PyTorch 1.6", "newer" },
        { [0x80, 4, (byte)'N', (byte)'.'], "bare pickle", "PyTorch" },
        { [0x93, .. "NUMPY"u8, 1, 0], "NumPy", "not a checkpoint" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void FilesAreNamedForWhatTheyAreWithTheRemedy(byte[] content, string what, string remedy)
    {
        foreach (string name in (string[])["model.safetensors", "model.pt"])
        {
            File.WriteAllBytes(folder[name], content);
            string message = Assert.Throws<InvalidDataException>(() => Checkpoint.Open(folder[name])).Message;
            Assert.Contains(folder[name], message);
            Assert.Contains(what, message);
            Assert.Contains(remedy, message);
        }
    }

    [Fact]
    public void AWebPageInPlaceOfAConfigurationIsNamed()
    {
        File.WriteAllText(folder["config.yaml"], "<!doctype html>\n<html lang=\"en\">");
        Assert.Contains("web page", Assert.Throws<InvalidDataException>(
            () => YamlConfig.Load(folder["config.yaml"], name => name)).Message);
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Packed()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(new byte[1000]);
        return packed.ToArray();
    }

    private static byte[] Tarred()
    {
        using var packed = new MemoryStream();
        using (var tar = new TarWriter(packed, TarEntryFormat.Ustar, leaveOpen: true))
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "pickle") { DataStream = new MemoryStream(new byte[9]) });
        return packed.ToArray();
    }
}
