using LeVo.Core.Audio;

namespace LeVo.Core.Tests.Audio;

public sealed class AudioReaderTests : IDisposable
{
    private readonly string folder = TestSound.TemporaryFolder();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string, byte[]> Others => new()
    {
        { "AIFF", [.. "FORM"u8, 0, 0, 1, 0, .. "AIFF"u8] },
        { "AIFF", [.. "FORM"u8, 0, 0, 1, 0, .. "AIFC"u8] },
        { "MP4", [0, 0, 0, 32, .. "ftypM4A "u8] },
        { "Wave64", [.. "riff"u8, 0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6] },
        { "Opus", Ogg("OpusHead"u8) },
        { "Ogg FLAC", Ogg([0x7F, .. "FLAC"u8]) },
        { "Speex", Ogg("Speex   "u8) },
        { "without Vorbis", Ogg("\u0080theora"u8) },
        { "AAC", [0xFF, 0xF1, 0x50, 0x80] },
        { "WMA", [0x30, 0x26, 0xB2, 0x75, 0x8E] },
        { "Matroska", [0x1A, 0x45, 0xDF, 0xA3] },
        { "AVI", [.. "RIFF"u8, 0, 0, 1, 0, .. "AVI "u8] },
        { "CAF", "caff\0\u0001"u8.ToArray() },
        { "WavPack", "wvpk"u8.ToArray() },
        { "MIDI", "MThd"u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void OtherFormatsAreNamedWithAConverter(string name, byte[] start)
    {
        string path = Path.Combine(folder, "my song.x");
        File.WriteAllBytes(path, [.. start, .. new byte[100]]);
        string message = Assert.Throws<InvalidDataException>(() => AudioFile.Read(path)).Message;
        Assert.StartsWith($"'{path}': This is a", message);
        Assert.Contains(name, message);
        Assert.EndsWith($"ffmpeg -i \"{path}\" \"my song.flac\"", message);
        Assert.EndsWith("ffmpeg -i INPUT OUTPUT.flac",
            Assert.Throws<InvalidDataException>(() => AudioFile.Read(new MemoryStream(start))).Message);
    }

    [Fact]
    public void OnlyUsableSoundIsRead()
    {
        Assert.Contains("no samples", Refused(Waveform.Silence(2, 0, 8000)));
        Assert.Contains("9 channels", Refused(Waveform.Silence(9, 1, 8000)));
        Assert.Contains("99 Hz", Refused(Waveform.Silence(1, 1, 99)));
        Assert.Contains("768001 Hz", Refused(Waveform.Silence(1, 1, 768_001)));
        Assert.Contains("Sample 2 of channel 2 (0.020 s) is not a number", Refused(new([[0, 0, 0], [0, 0, float.NaN]], 100)));
        Assert.Contains("Sample 0 of channel 1 (0.000 s) is infinite", Refused(new([[float.NegativeInfinity]], 100)));
    }

    [Theory]
    [InlineData(1, 192_000, SampleFormat.Float32)]
    [InlineData(8, 192_000, SampleFormat.Float32)]
    [InlineData(7, 44_100, SampleFormat.Pcm24)]
    public void UpToEightChannelsAtHighRatesAreRead(int channels, int rate, SampleFormat format)
    {
        Waveform sound = TestSound.Chord(channels, 100, 24, rate);
        TestSound.AssertEqual(sound, AudioFile.Read(new MemoryStream(Bytes(sound, format))));
    }

    [Fact]
    public void MoreThanTwoChannelsAreMixedByTheTable()
    {
        const float Half = 0.70710678f;
        (int Channels, float[] Left, float[] Right)[] table =
        [
            (3, [1, 0, Half], [0, 1, Half]),
            (4, [1, 0, Half, 0], [0, 1, 0, Half]),
            (5, [1, 0, Half, Half, 0], [0, 1, Half, 0, Half]),
            (6, [1, 0, Half, 0, Half, 0], [0, 1, Half, 0, 0, Half]),
            (7, [1, 0, Half, 0, 0.5f, Half, 0], [0, 1, Half, 0, 0.5f, 0, Half]),
            (8, [1, 0, Half, 0, Half, 0, Half, 0], [0, 1, Half, 0, 0, Half, 0, Half]),
        ];
        foreach ((int channels, float[] left, float[] right) in table)
        {
            for (int c = 0; c < channels; c++)
            {
                Waveform one = Waveform.Silence(channels, 2, 8000);
                one.Channels[c][1] = 1;
                Waveform stereo = one.ToStereo();
                Assert.Equal([left[c], right[c]], stereo.Channels.Select(channel => channel[1]));
                Assert.Equal([0, 0], stereo.Channels.Select(channel => channel[0]));
            }
        }
        Waveform mono = TestSound.Chord(1, 5), two = TestSound.Chord(2, 5);
        Assert.Equal([mono.Channels[0], mono.Channels[0]], mono.ToStereo().Channels);
        Assert.Same(two, two.ToStereo());
        Assert.Throws<ArgumentException>(() => Waveform.Silence(9, 1, 8000).ToStereo());
    }

    private static byte[] Ogg(ReadOnlySpan<byte> packet) => [.. "OggS"u8, .. new byte[22], 1, (byte)packet.Length, .. packet];

    private static string Refused(Waveform sound) => Assert.Throws<InvalidDataException>(
        () => AudioFile.Read(new MemoryStream(Bytes(sound, SampleFormat.Float32)))).Message;

    private static byte[] Bytes(Waveform sound, SampleFormat format)
    {
        var stream = new MemoryStream();
        WavFile.Write(stream, sound, format);
        return stream.ToArray();
    }
}
