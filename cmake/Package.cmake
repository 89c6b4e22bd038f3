# The Debian package: `cmake --workflow --preset package`. What it has beside the files of `cmake --install` is the
# component `debian`, whose places are absolute, so that nothing else ever installs it.
set(debian ${CMAKE_SOURCE_DIR}/deploy/debian)
file(ARCHIVE_CREATE OUTPUT ${CMAKE_BINARY_DIR}/changelog.gz PATHS ${CMAKE_SOURCE_DIR}/CHANGELOG.md
    FORMAT raw COMPRESSION GZip COMPRESSION_LEVEL 9)

function(install_for_debian)
    install(${ARGV} COMPONENT debian EXCLUDE_FROM_ALL)
endfunction()
install_for_debian(FILES ${debian}/sessgate.toml DESTINATION /etc/sessgate)
install_for_debian(DIRECTORY deploy/systemd/ DESTINATION /lib/systemd/system)
install_for_debian(FILES ${CMAKE_BINARY_DIR}/changelog.gz LICENSE DESTINATION /usr/share/doc/sessgate)

set(CPACK_GENERATOR DEB)
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};sessgate;ALL;/" "${CMAKE_BINARY_DIR};sessgate;debian;/")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_VENDOR "the sessgate authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "session sidecar that answers whose session a cookie is")
set(CPACK_PACKAGE_DESCRIPTION
"sessgate stands beside an application, in whatever language that is written,
and does its sessions: tokens that leak from no database or log, idle and
absolute ends, renewal and rotation, and revocation that holds once it is
acknowledged. Sessions are kept on disk or in Redis.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "the sessgate authors <sessgate@localhost>")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${debian}/conffiles ${debian}/postinst ${debian}/prerm ${debian}/postrm)
include(CPack)
