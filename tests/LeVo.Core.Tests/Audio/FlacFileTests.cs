using LeVo.Core.Audio;

namespace LeVo.Core.Tests.Audio;

public class FlacFileTests
{
    public static TheoryData<string> Foreign =>
        [.. Directory.GetFiles(TestSound.Folder, "*.flac").Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Foreign))]
    public void Files_of_other_programs_hold_the_same_samples_as_their_wav(string name)
    {
        string original = name[..name.IndexOf('_', StringComparison.Ordinal)] + ".wav";
        TestSound.AssertEqual(WavFile.Read(TestSound.File(original)), FlacFile.Read(TestSound.File(name)));
    }

    [Theory]
    [InlineData(SampleFormat.Pcm16, 1)]
    [InlineData(SampleFormat.Pcm16, 2)]
    [InlineData(SampleFormat.Pcm24, 2)]
    [InlineData(SampleFormat.Pcm24, 3)]
    [InlineData(SampleFormat.Pcm16, 8)]
    public void Reading_gives_back_what_was_written(SampleFormat format, int channels)
    {
        int bits = format == SampleFormat.Pcm16 ? 16 : 24;
        foreach (int length in new[] { 0, 1, 2, 5, 16, 191, 4095, 4096, 4097, 10_001 })
            foreach (Waveform sound in Sounds(channels, length, bits))
                TestSound.AssertEqual(sound, FlacFile.Read(new MemoryStream(Bytes(sound, format))));
    }

    [Fact]
    public void Long_files_have_long_frame_numbers()
    {
        Waveform sound = Waveform.Silence(1, 2100 * 4096, 16); // numbers of one, two and three bytes
        for (int i = 0; i < sound.Length; i += 997)
            sound.Channels[0][i] = i % 13 / 16f;
        TestSound.AssertEqual(sound, FlacFile.Read(new MemoryStream(Bytes(sound, SampleFormat.Pcm16))));
    }

    [Fact]
    public void Sound_gets_smaller_silence_vanishes_noise_does_not_grow()
    {
        const int Length = 20_000;
        Assert.InRange(Bytes(TestSound.Chord(2, Length), SampleFormat.Pcm16).Length, 1, Length * 4 * 8 / 10);
        Assert.InRange(Bytes(Waveform.Silence(2, Length, 48_000), SampleFormat.Pcm16).Length, 1, 200);
        Assert.InRange(Bytes(Noise(2, Length, 16), SampleFormat.Pcm16).Length, 1, Length * 4 + 200);
        Waveform sixteen = TestSound.Chord(2, Length);
        int narrow = Bytes(sixteen, SampleFormat.Pcm16).Length;
        Assert.InRange(Bytes(sixteen, SampleFormat.Pcm24).Length, 1, narrow * 102 / 100);
    }

    [Theory]
    [InlineData("tone16_fixed.flac")]
    [InlineData("near_stereo.flac")]
    public void A_file_cut_anywhere_is_refused(string name)
    {
        byte[] file = File.ReadAllBytes(TestSound.File(name));
        for (int length = 0; length < file.Length; length += length < 100 || length > file.Length - 100 ? 1 : 37)
            Assert.Throws<InvalidDataException>(() => FlacFile.Read(new MemoryStream(file[..length])));
    }

    [Theory]
    [InlineData("tone16_blocks.flac")]
    [InlineData("near_stereo.flac")]
    [InlineData("tone8_mono.flac")]
    public void A_changed_byte_is_found_or_changes_nothing(string name)
    {
        byte[] file = File.ReadAllBytes(TestSound.File(name));
        Waveform good = FlacFile.Read(new MemoryStream(file));
        int frames = file.AsSpan().IndexOf([(byte)0xFF, (byte)0xF8]);
        var random = new Random(9);
        for (int at = 0; at < file.Length; at += at < 200 ? 1 : random.Next(1, 40))
        {
            byte[] bad = [.. file];
            bad[at] ^= (byte)(1 << random.Next(8));
            try
            {
                TestSound.AssertEqual(good, FlacFile.Read(new MemoryStream(bad)));
                Assert.InRange(at, 4, frames - 1); // block sizes, comments: decoding does without them
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [Fact]
    public void Noise_after_a_good_head_is_refused()
    {
        byte[] file = File.ReadAllBytes(TestSound.File("tone16_pipe.flac"));
        var random = new Random(2);
        for (int trial = 0; trial < 2000; trial++)
        {
            random.NextBytes(file.AsSpan(42));
            (file[42], file[43]) = (0xFF, 0xF8);
            Assert.Throws<InvalidDataException>(() => FlacFile.Read(new MemoryStream(file)));
        }
    }

    public static TheoryData<string, int, byte[]> Broken => new()
    {
        { "fLaC", 0, "OggS"u8.ToArray() },
        { "one STREAMINFO", 4, [1] },
        { "one STREAMINFO", 7, [35] },
        { "metadata of 16711714 bytes", 5, [0xFF] },
        { "0 Hz", 18, [0, 0, 0x02] },
        { "too many", 21, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF] }, // 2^36 - 1 samples: refused before memory is taken
        { "MD5", 26, [1, 2, 3] },
        { "samples than", 25, [1] },
        { "at 8000 Hz in a file of", 18, [0x02, 0] },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_head_is_refused_with_its_fault_named(string fault, int offset, byte[] bytes)
    {
        byte[] file = File.ReadAllBytes(TestSound.File("tone16_fixed.flac"));
        bytes.CopyTo(file, offset);
        if (fault == "samples than")
            file[24] = 0;
        var error = Assert.Throws<InvalidDataException>(() => FlacFile.Read(new MemoryStream(file)));
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_format_cannot_hold_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Bytes(TestSound.Chord(1, 10), SampleFormat.Float32));
        Assert.Throws<ArgumentException>(() => Bytes(TestSound.Chord(9, 10), SampleFormat.Pcm16));
        Assert.Throws<ArgumentException>(() => Bytes(TestSound.Chord(1, 10, rate: 700_000), SampleFormat.Pcm16));
    }

    private static IEnumerable<Waveform> Sounds(int channels, int length, int bits)
    {
        yield return TestSound.Chord(channels, length, bits);
        yield return Noise(channels, length, bits);
        yield return Waveform.Silence(channels, length, 12_345);
        // Full scale against full scale: the side channel needs its extra bit, differences of order 4 their five.
        float top = 1 - 1f / (1 << (bits - 1));
        yield return Of(channels, length, (c, i) => ((c + i) & 1) == 0 ? top : -1);
        yield return Of(channels, length, (c, i) => (c + i / 100 & 1) == 0 ? top : -1);
        yield return Of(channels, length, (c, i) => i == length / 2 ? -1 : 0);
        yield return Of(channels, length, (c, i) => ((i * 31 + c) % 200 - 100) / 128f); // wasted bits
    }

    private static Waveform Noise(int channels, int length, int bits)
    {
        var random = new Random(4);
        return Of(channels, length, (_, _) => random.Next(1 << bits) / (float)(1 << (bits - 1)) - 1);
    }

    private static Waveform Of(int channels, int length, Func<int, int, float> sample) => new(
        [.. Enumerable.Range(0, channels).Select(c => Enumerable.Range(0, length).Select(i => sample(c, i)).ToArray())],
        96_000);

    private static byte[] Bytes(Waveform sound, SampleFormat format)
    {
        var stream = new MemoryStream();
        FlacFile.Write(stream, sound, format);
        return stream.ToArray();
    }
}
