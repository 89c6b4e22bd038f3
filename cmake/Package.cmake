# The Debian package: `cmake --workflow --preset package`. What it has beside the files of `cmake --install` is the
# component `debian`, whose places are absolute, so that nothing else ever installs it.
set(debian ${CMAKE_SOURCE_DIR}/deploy/debian)

function(install_for_debian)
    install(${ARGV} COMPONENT debian EXCLUDE_FROM_ALL)
endfunction()

# Policy wants a manual page and changelogs compressed, and that one of them is about the package.
function(install_compressed file destination name)
    set(compressed ${documents}/${name}.gz)
    install_for_debian(CODE
        "execute_process(COMMAND gzip -9nc ${file} OUTPUT_FILE ${compressed} COMMAND_ERROR_IS_FATAL ANY)")
    install_for_debian(FILES ${compressed} DESTINATION ${destination})
endfunction()

install_for_debian(FILES ${debian}/sessgate.toml DESTINATION /etc/sessgate)
install_for_debian(DIRECTORY deploy/systemd/ DESTINATION /lib/systemd/system)
install_for_debian(FILES ${documents}/_sessgate DESTINATION /usr/share/zsh/vendor-completions)
install_for_debian(FILES deploy/sessgate.example.toml DESTINATION /usr/share/doc/sessgate)
install_for_debian(FILES LICENSE DESTINATION /usr/share/doc/sessgate RENAME copyright)
install_compressed(${documents}/sessgate.1 /usr/share/man/man1 sessgate.1)
install_compressed(${CMAKE_SOURCE_DIR}/CHANGELOG.md /usr/share/doc/sessgate changelog)
install_compressed(${documents}/changelog.Debian /usr/share/doc/sessgate changelog.Debian)

set(maintainer "the sessgate authors <sessgate@localhost>")
set(release 1)
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(CONFIGURE OUTPUT ${documents}/changelog.Debian @ONLY CONTENT
"sessgate (@PROJECT_VERSION@-@release@) unstable; urgency=medium

  * Built from the sources; changelog.gz says what is new in them.

 -- @maintainer@  @now@
")

set(CPACK_GENERATOR DEB)
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};sessgate;Unspecified;/" "${CMAKE_BINARY_DIR};sessgate;debian;/")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_VENDOR "the sessgate authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "session sidecar that answers whose session a cookie is")
set(CPACK_PACKAGE_DESCRIPTION
"sessgate stands beside an application, in whatever language that is written,
and does its sessions: tokens that leak from no database or log, idle and
absolute ends, renewal and rotation, and revocation that holds once it is
acknowledged. Sessions are kept on disk or in Redis.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${release})
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${maintainer}")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${debian}/conffiles ${debian}/postinst ${debian}/prerm ${debian}/postrm)
include(CPack)
