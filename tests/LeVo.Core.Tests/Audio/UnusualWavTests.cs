using System.Buffers.Binary;
using LeVo.Core.Audio;

namespace LeVo.Core.Tests.Audio;

/// <summary>WAV files as converters, recorders and pipes write them.</summary>
public sealed class UnusualWavTests
{
    private const int DataLength = 40;
    private static readonly Waveform Sound = TestSound.Chord(2, 50, rate: 8000);
    private readonly List<string> warnings = [];

    [Theory]
    [InlineData(0xFFFFFFFF, 0xFFFFFFFF)]
    [InlineData(0x7FFFF000, 0x7FFFF024)]
    [InlineData(0x7FFFFFFF, 0)]
    [InlineData(0, 0)]
    [InlineData(0, 0xFFFFFFFF)]
    [InlineData(0, 36)] // as a recorder leaves it that lost its power
    public void AStreamsLengthMeansToTheEnd(uint data, uint riff)
    {
        byte[] file = File(Sound);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(4), riff);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(DataLength), data);
        TestSound.AssertEqual(Sound, Read(file));
        Assert.Contains($"declares {data} bytes", Assert.Single(warnings));

        warnings.Clear();
        TestSound.AssertEqual(Sound.Slice(0, 49), Read(file[..^1]));
        Assert.Equal(2, warnings.Count);
        Assert.Contains("last 3 bytes are dropped", warnings[1]);
    }

    [Fact]
    public void NoSamplesAreNoStream()
    {
        byte[] empty = [.. File(Sound)[..44], .. "LIST"u8, 4, 0, 0, 0, .. "INFO"u8];
        BinaryPrimitives.WriteUInt32LittleEndian(empty.AsSpan(DataLength), 0);
        Assert.Contains("no samples", Refused(empty));
        Assert.Contains("no samples", Refused(empty[..44]));
    }

    [Theory]
    [InlineData("RF64")]
    [InlineData("BW64")]
    public void The64BitFormsAreRead(string form)
    {
        byte[] file = File(Sound);
        byte[] sizes = [.. "ds64"u8, 28, 0, 0, 0, .. new byte[28]];
        byte[] wide = [.. form.Select(c => (byte)c), .. Unknown, .. file[8..12], .. sizes, .. file[12..40], .. Unknown,
            .. file[44..], .. "LIST"u8, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt64LittleEndian(wide.AsSpan(28), file.Length - 44);
        TestSound.AssertEqual(Sound, Read(wide));
        Assert.Empty(warnings);
        BinaryPrimitives.WriteInt64LittleEndian(wide.AsSpan(28), 1L << 40);
        Assert.Contains("truncated", Refused(wide));
        BinaryPrimitives.WriteInt64LittleEndian(wide.AsSpan(28), -1);
        Read(wide[..^8]);
        Assert.Single(warnings);
    }

    [Fact]
    public void TheBigEndianFormIsRead()
    {
        byte[] file = File(Sound);
        "RIFX"u8.CopyTo(file);
        foreach ((int at, int size) in new[] { (4, 4), (16, 4), (20, 2), (22, 2), (24, 4), (28, 4), (32, 2), (34, 2), (40, 4) })
            file.AsSpan(at, size).Reverse();
        for (int at = 44; at < file.Length; at += 2)
            file.AsSpan(at, 2).Reverse();
        TestSound.AssertEqual(Sound, Read(file));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OddChunksMayLackTheirPadding(bool padded)
    {
        byte[] file = File(Sound), pad = padded ? [0] : [];
        byte[] odd = [.. "LIST"u8, 3, 0, 0, 0, (byte)'a', (byte)'b', (byte)'c', .. pad];
        TestSound.AssertEqual(Sound, Read([.. file[..12], .. odd, .. file[12..36], .. odd, .. file[36..]]));

        Waveform mono = TestSound.Chord(1, 3, 24); // nine bytes of samples
        byte[] samples = File(mono, SampleFormat.Pcm24)[..^1];
        TestSound.AssertEqual(Waveform.Concat([mono, mono]), Read([.. samples, .. pad, .. samples[36..]]));
        Assert.Contains("2 'data' chunks", Assert.Single(warnings));
    }

    [Fact]
    public void SeveralDataChunksAreJoinedOrRefused()
    {
        byte[] file = File(Sound);
        byte[] two = [.. file, .. "LIST"u8, 2, 0, 0, 0, 1, 2, .. file[36..]];
        TestSound.AssertEqual(Waveform.Concat([Sound, Sound]), Read(two));
        Assert.Single(warnings);
        Assert.Contains("truncated", Refused(two[..^1]));
        byte[] uneven = [.. file, .. "data"u8, 2, 0, 0, 0, 1, 2];
        Assert.Contains("not a multiple", Refused(uneven));
        byte[] twoFormats = [.. file, .. file[12..36]];
        twoFormats[file.Length + 8 + 4]++;
        Assert.Contains("two different", Refused(twoFormats));
    }

    [Fact]
    public void TheOrderOfChunksIsFreeAndWhatFollowsIsIgnored()
    {
        byte[] file = File(Sound);
        TestSound.AssertEqual(Sound, Read([.. file[..12], .. file[36..], .. file[12..36]]));
        TestSound.AssertEqual(Sound, Read([.. file, .. "TAG"u8, .. new byte[125]]));
        TestSound.AssertEqual(Sound, Read([.. file, .. "LIST"u8, 0xFF, 0, 0, 0, 1]));
        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData("mulaw")]
    [InlineData("alaw")]
    public void TelephoneCodesAreRead(string code)
    {
        Waveform expected = WavFile.Read(TestSound.File($"tone16_{code}16.wav"));
        TestSound.AssertEqual(expected, AudioFile.Read(TestSound.File($"tone16_{code}.wav")));
        Assert.True(expected.Channels[0].Distinct().Count() > 100);
    }

    [Fact]
    public void AnotherEncodingIsNamed()
    {
        byte[] file = File(Sound);
        file[20] = 0x55;
        Assert.Contains("MPEG audio (MP3) (format 0x0055)", Refused(file));
        Assert.Contains("ffmpeg -i", Refused(file));
    }

    private static ReadOnlySpan<byte> Unknown => [0xFF, 0xFF, 0xFF, 0xFF];

    private Waveform Read(byte[] file) => AudioFile.Read(new MemoryStream(file), warnings.Add);

    private static string Refused(byte[] file) =>
        Assert.Throws<InvalidDataException>(() => AudioFile.Read(new MemoryStream(file))).Message;

    private static byte[] File(Waveform sound, SampleFormat format = SampleFormat.Pcm16)
    {
        var stream = new MemoryStream();
        WavFile.Write(stream, sound, format);
        return stream.ToArray();
    }
}
