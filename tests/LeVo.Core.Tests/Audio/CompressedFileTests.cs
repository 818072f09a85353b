using LeVo.Core.Audio;

namespace LeVo.Core.Tests.Audio;

/// <summary>Ogg Vorbis and MP3, and tags before and behind files of all kinds.</summary>
public sealed class CompressedFileTests
{
    [Theory]
    [InlineData("tone16_vorbis.ogg", "tone16.wav", 2400, 0.03)]
    [InlineData("tone48_lame.mp3", "tone48.wav", 7200, 0.09)]
    [InlineData("tone48_ffmpeg.mp3", "tone48.wav", 7200, 0.09)]
    public void TheSoundIsInItsPlace(string name, string original, int length, double most)
    {
        Waveform sound = AudioFile.Read(TestSound.File(name)), expected = AudioFile.Read(TestSound.File(original));
        Assert.Equal((expected.SampleRate, 2, length), (sound.SampleRate, sound.ChannelCount, sound.Length));
        foreach (int c in new[] { 0, 1 })
        {
            // The noise in it is kept in part; one sample too early or late, the difference is larger.
            Assert.True(Difference(sound.Channels[c], expected.Channels[c], 0) < most);
            Assert.True(Difference(sound.Channels[c], expected.Channels[c], 1) > 1.2 * most);
            Assert.True(Difference(sound.Channels[c], expected.Channels[c], -1) > 1.2 * most);
        }
    }

    [Fact]
    public void LayerTwoIsRead()
    {
        Waveform sound = AudioFile.Read(TestSound.File("tone48.mp2"));
        Assert.Equal((48_000, 2), (sound.SampleRate, sound.ChannelCount));
        Assert.InRange(sound.Length, 7200, 7200 + 3 * 1152);
    }

    [Fact]
    public void ChannelsHaveTheOrderOfWav()
    {
        Waveform sound = AudioFile.Read(TestSound.File("six_vorbis.ogg"));
        double[] levels = [.. sound.Channels.Select(channel => channel.Max() / Math.Sqrt(0.5))];
        Assert.Equal([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], levels.Select(level => Math.Round(level, 1)));
    }

    [Fact]
    public void DamagedOggFilesAreRefused()
    {
        byte[] file = File.ReadAllBytes(TestSound.File("tone16_vorbis.ogg"));
        Assert.Contains("truncated", Refused(file[..^1]));
        int lastPage = file.AsSpan().LastIndexOf("OggS"u8);
        Assert.Contains("truncated", Refused(file[..lastPage]));
        Assert.Contains("several streams", Refused([.. file, .. file]));
        byte[] changed = [.. file];
        changed[^10] ^= 1;
        Assert.Contains("checksum", Refused(changed));
        int second = 1 + file.AsSpan(1).IndexOf("OggS"u8);
        int third = second + 1 + file.AsSpan(second + 1).IndexOf("OggS"u8);
        Assert.Contains("page is missing", Refused([.. file[..second], .. file[third..]]));
        Assert.Equal(2400, AudioFile.Read(new MemoryStream([.. file, .. "TAG"u8, .. new byte[125]])).Length);
    }

    /// <summary>The position of the last page cuts the sound; the decoder itself would not return from the first.</summary>
    [Theory]
    [InlineData(100, 100)]
    [InlineData(2_399, 2_399)]
    [InlineData(long.MaxValue, 2_560)]
    [InlineData(-1, 2_560)]
    [InlineData(long.MinValue, 2_560)]
    [InlineData(0, 0)]
    public void AnyEndOfAnOggFileIsRead(long position, int samples)
    {
        byte[] file = File.ReadAllBytes(TestSound.File("tone16_vorbis.ogg"));
        float[] whole = AudioFile.Read(new MemoryStream(file)).Channels[0];
        int last = file.AsSpan().LastIndexOf("OggS"u8);
        BitConverter.TryWriteBytes(file.AsSpan(last + 6), position);
        BitConverter.TryWriteBytes(file.AsSpan(last + 22), OggPages.Crc(file.AsSpan(last)));
        if (samples == 0)
        {
            Assert.Contains("no samples", Refused(file));
            return;
        }
        float[] cut = AudioFile.Read(new MemoryStream(file)).Channels[0];
        Assert.Equal(samples, cut.Length);
        int both = Math.Min(whole.Length, cut.Length);
        Assert.Equal(whole[..both], cut[..both]);
    }

    [Theory]
    [InlineData(7)] // bytes of the vendor's name
    [InlineData(7 + 4 + 52)] // number of comments
    public void CommentsThatAnnounceGigabytesAreRefused(int at)
    {
        byte[] file = File.ReadAllBytes(TestSound.File("tone16_vorbis.ogg"));
        int page = 1 + file.AsSpan(1).IndexOf("OggS"u8), length = OggPages.Page(file.AsSpan(page)).Length;
        Assert.Equal(52, file[page + 27 + file[page + 26] + 7]); // the vendor's name of the file
        file.AsSpan(page + 27 + file[page + 26] + at, 4).Fill(0x7F);
        BitConverter.TryWriteBytes(file.AsSpan(page + 22), OggPages.Crc(file.AsSpan(page, length)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("comments", Refused(file));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void AnMp3FileWithoutFramesIsRefused()
    {
        byte[] file = File.ReadAllBytes(TestSound.File("tone48_lame.mp3"));
        Refused(file[..20]);
        Refused([.. file[..4], .. new byte[500]]);
    }

    [Theory]
    [InlineData("tone16_lpc.flac")]
    [InlineData("tone16.wav")]
    [InlineData("tone16_vorbis.ogg")]
    [InlineData("tone48_lame.mp3")]
    public void TagsAreSkipped(string name)
    {
        byte[] file = File.ReadAllBytes(TestSound.File(name));
        byte[] tag = [.. "ID3"u8, 3, 0, 0, 0, 0, 1, 2, .. new byte[130]];
        byte[] withFooter = [.. "ID3"u8, 4, 0, 0x10, 0, 0, 0, 4, .. "abcd"u8, .. "3DI"u8, .. new byte[7]];
        byte[] old = [.. "TAG"u8, .. new byte[125]];
        Waveform expected = AudioFile.Read(TestSound.File(name));
        TestSound.AssertEqual(expected, AudioFile.Read(new MemoryStream([.. tag, .. withFooter, .. file])));
        TestSound.AssertEqual(expected, AudioFile.Read(new MemoryStream([.. file, .. old])));
        Refused([.. "ID3"u8, 3, 0, 0, 127, 127, 127, 127]);
    }

    private static double Difference(float[] a, float[] b, int shift)
    {
        double sum = 0;
        for (int i = 1; i < a.Length - 1; i++)
            sum += Math.Pow(a[i] - b[i + shift], 2);
        return Math.Sqrt(sum / a.Length);
    }

    private static string Refused(byte[] file) =>
        Assert.Throws<InvalidDataException>(() => AudioFile.Read(new MemoryStream(file))).Message;
}
